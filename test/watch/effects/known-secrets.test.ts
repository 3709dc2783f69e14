import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretGuard } from "../../../src/watch/effects/known-secrets.ts";

const secret = "hunter2-hunter2-hunter2==";
const guard = secretGuard([
  { name: "the gateway's token", sha256: createHash("sha256").update(secret).digest("hex") },
]);

const told = (message: string): string =>
  JSON.stringify(
    guard({
      kind: "log",
      gateway: "a",
      at: 1,
      from: "wire",
      lines: [{ at: 1, level: "info", subsystem: "auth", message }],
    }),
  );

describe("the guard of known secrets", () => {
  it.each([
    `token ${secret} refused`,
    `token=${secret}`,
    `"token":"${secret}"`,
    `wss://host/?token=${secret}&x=1`,
    `(${secret}).`,
    `Authorization: Basic ${secret},`,
  ])("takes the value out of %s and tells of it", (message) => {
    const after = told(message);
    expect(after).not.toContain(secret);
    expect(after).toContain("the value of the gateway's token");
  });

  it("leaves lines without it as they are", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (message) => {
        fc.pre(!message.includes(secret));
        expect(told(message)).toBe(
          JSON.stringify([
            {
              kind: "gateway",
              event: {
                kind: "log",
                gateway: "a",
                at: 1,
                from: "wire",
                lines: [{ at: 1, level: "info", subsystem: "auth", message }],
              },
            },
          ]),
        );
      }),
    );
  });
});

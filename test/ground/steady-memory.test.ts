import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const growth = async (how: "steady" | "as V8 likes"): Promise<number> => {
  const child = fork(join(import.meta.dirname, "steady-memory.child.ts"), [how]);
  const [{ times }] = (await once(child, "message")) as [{ readonly times: number }];
  return times;
};

describe("steady memory", () => {
  it("keeps the young generation as it is, which V8 makes many times larger", async () => {
    // 32 times in Node 24, 4 to 6 times in Node 26.
    const many = Number(process.versions.node.split(".")[0]) < 26 ? 8 : 3;
    expect(await growth("as V8 likes")).toBeGreaterThan(many);
    expect(await growth("steady")).toBeLessThanOrEqual(2);
  });
});

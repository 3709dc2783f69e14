import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isFiring, replay } from "../../src/watch/index.ts";

/** What a real OpenClaw gateway in trouble told, recorded by `npm run openclaw:record`, and what must come of it. */
const folder = join(import.meta.dirname, "..", "fixtures", "events");

const ends: Readonly<Record<string, readonly [state: string, ...rules: string[]]>> = {
  "broken-config": ["down", "gateway-down", "restart-will-fail"],
  "channel-death": ["up", "channel-disconnected"],
  "crash-loop": ["crash-loop", "gateway-crash-loop"],
  "dead-session": ["up", "session-dead", "context-pressure"],
  "provider-401": ["up", "provider-failing"],
};

describe("a recording of a real gateway", () => {
  it("is there for each of the stories told here, and for no other", () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(ends).map((name) => `${name}.ndjson`));
  });

  it.each(Object.entries(ends))(
    "of %s plays again to the alerts it ended with",
    (name, [state, ...rules]) => {
      const { model } = replay(readFileSync(join(folder, `${name}.ndjson`), "utf8").split("\n"));
      const [gateway] = model.gateways;
      expect(gateway?.connection?.state.kind).toBe(state);
      expect(gateway?.alerts.filter(isFiring).map((alert) => alert.rule)).toEqual(
        expect.arrayContaining(rules),
      );
    },
  );
});

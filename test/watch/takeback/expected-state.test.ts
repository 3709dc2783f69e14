import { describe, expect, it } from "vitest";
import { everything, type TakebackScope } from "../../../src/core/index.ts";
import type { SessionRecord } from "../../../src/openclaw/index.ts";
import { expectedState } from "../../../src/watch/takeback/expected-state.ts";

const session = (agentId: string, key: string): SessionRecord => ({ agentId, key, messages: 2 });
const reading = (...sessions: readonly SessionRecord[]) => ({ sessions });
const onlyMain: TakebackScope = {
  words: "only agent:main",
  extent: { kind: "part", hot: false, includes: (path) => path.startsWith("agents/main/") },
};

describe("what has to be there after a restore", () => {
  const lying = reading(session("main", "a"), session("ops", "now"));
  const saved = reading(session("main", "a"), session("main", "b"), session("ops", "then"));
  const keys = (scope: TakebackScope): readonly string[] =>
    expectedState(lying, saved, scope).sessions.map(({ key }) => key);

  it("is what the snapshot has, not what happens to lie in its place", () => {
    expect(keys(everything)).toEqual(["a", "b", "then"]);
  });

  it("is of other agents what they had", () => {
    expect(keys(onlyMain)).toEqual(["now", "a", "b"]);
  });
});

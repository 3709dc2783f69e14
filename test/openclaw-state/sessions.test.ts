import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pressureOf, readAgentDatabase, usageOf, type SessionRecord } from "../../src/openclaw/index.ts";
import { addSession, agentSchema, makeDatabase, temporaryTree, type SessionSpec } from "./tree.ts";

const sessionsOf = async (...specs: readonly SessionSpec[]): Promise<readonly SessionRecord[]> => {
  await using tree = await temporaryTree();
  const path = join(tree.path, "agent.sqlite");
  await makeDatabase(path, agentSchema, (database) => {
    for (const spec of specs) addSession(database, spec);
  });
  const answer = readAgentDatabase(path, "main");
  if (answer.kind !== "read" || answer.value.sessions === undefined) throw new Error(JSON.stringify(answer));
  return answer.value.sessions;
};

const tokens = { contextTokens: 32_000, totalTokens: 26_500, totalTokensVersion: 1 };

const budget = {
  schemaVersion: 1,
  route: "compact_only",
  shouldCompact: true,
  estimatedPromptTokens: 25_342,
  promptBudgetBeforeReserve: 24_000,
  overflowTokens: 1_342,
};

describe("a session in an agent's database", () => {
  it("is its key, leaf and numbers", async () => {
    const [session] = await sessionsOf({
      key: "agent:main:dead",
      leaf: "leaf-1",
      messages: 9,
      entry: {
        ...tokens,
        totalTokensFresh: true,
        contextBudgetStatus: budget,
        model: "mock-1",
        modelProvider: "mock",
        lastInteractionAt: 77,
        estimatedCostUsd: 0.02,
        skillsSnapshot: { prompt: "never to be seen" },
      },
    });
    expect(session).toEqual({
      key: "agent:main:dead",
      agentId: "main",
      sessionId: "id-of-agent:main:dead",
      status: "done",
      leaf: "leaf-1",
      messages: 9,
      updatedAt: 5,
      lastActivityAt: 77,
      model: "mock-1",
      provider: "mock",
      windowTokens: 32_000,
      usedTokens: 26_500,
      costUsd: 0.02,
      budget: {
        estimatedPromptTokens: 25_342,
        promptBudgetTokens: 24_000,
        overflowTokens: 1_342,
        route: "compact_only",
        shouldCompact: true,
      },
    });
    expect(usageOf(session ?? {})).toBeCloseTo(0.828);
    expect(pressureOf(session ?? {})).toBeCloseTo(1.056);
  });

  it.each([
    ["is not fresh", { ...tokens, totalTokensFresh: false }],
    ["has no word on whether it is", tokens],
    [
      "is of the time when it was a sum",
      { ...tokens, totalTokensFresh: true, totalTokensVersion: undefined },
    ],
    ["is no number", { ...tokens, totalTokens: "26500", totalTokensFresh: true }],
    ["is missing", { contextTokens: 32_000, totalTokensFresh: true }],
  ])("has an unknown usage when its total %s", async (_why, entry) => {
    const [session] = await sessionsOf({ key: "k", entry });
    expect(session?.usedTokens).toBeUndefined();
    expect(usageOf(session ?? {})).toBeUndefined();
    expect(session?.windowTokens).toBe(32_000);
  });

  it("divides by nothing that is zero", async () => {
    const [session] = await sessionsOf({
      key: "k",
      entry: {
        ...tokens,
        totalTokensFresh: true,
        contextTokens: 0,
        contextBudgetStatus: { ...budget, promptBudgetBeforeReserve: 0 },
      },
    });
    expect(usageOf(session ?? {})).toBeUndefined();
    expect(pressureOf(session ?? {})).toBeUndefined();
  });

  it("has no leaf while its index is being rebuilt", async () => {
    const [session] = await sessionsOf({ key: "k", leaf: "old", messages: 3, needsRebuild: true });
    expect(session).not.toHaveProperty("leaf");
    expect(session).not.toHaveProperty("messages");
  });

  it("is still there when its entry is damaged or hostile", async () => {
    const sessions = await sessionsOf(
      { key: "a", entry: "{ not json" },
      { key: "b", entry: "[]" },
      {
        key: "c",
        entry: { model: `\u001b]0;x\u0007${"m".repeat(5_000)}`, contextBudgetStatus: "x", lastRunError: 7 },
      },
      { key: "d\u001b[2J", entry: "null" },
    );
    expect(sessions.map(({ key }) => key)).toEqual(["a", "b", "c", "d\u001b[2J"]);
    expect(sessions[2]?.model?.length).toBeLessThan(300);
    expect(sessions[2]?.model).not.toContain("\u001b");
  });
});

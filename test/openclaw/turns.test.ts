import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionModel } from "../../src/watch/index.ts";
import { type RealGateway, startGateway, until } from "./kit/index.ts";
import { type Observer, observe } from "./support/observer.ts";
import { killSession } from "./support/scenes.ts";

let gateway: RealGateway;

beforeAll(async () => {
  gateway = await startGateway({ telegram: true });
});

afterAll(() => gateway?.[Symbol.asyncDispose]());

const session = (eye: Observer, key: string): SessionModel | undefined => eye.gateway().sessions.get(key);

describe("what happens inside a real gateway", () => {
  it("a session that grew too large is dead, although its row says done", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    await using admin = await gateway.admin();
    const key = "agent:main:too-large";
    await killSession(gateway, admin, key);
    const alert = await eye.alert("session-dead");
    expect(alert.subject).toBe(key);
    expect(alert.evidence).toMatch(/compact_only/);
    const facts = session(eye, key)?.facts;
    expect(facts?.status).toBe("done");
    expect(facts?.lastError).toBeUndefined();
    expect(facts?.budget?.shouldCompact).toBe(true);
    const usage = (facts?.usedTokens ?? 0) / (facts?.windowTokens ?? 1);
    expect(usage).toBeGreaterThan(0.5);
    expect(usage).toBeLessThan(0.85);
    // Not a word of what was said is kept, in the model or in what would be recorded.
    expect(eye.recording().join("\n")).not.toMatch(/lorem\d|systems nominal/);
  });

  it("a channel whose token was revoked is disconnected for good, with the gateway's own advice", async () => {
    await using eye = observe(gateway);
    await eye.sees("the connected channel", (it) =>
      it.channels.some(({ facts }) => facts.id === "telegram" && facts.connected),
    );
    gateway.telegram?.mode("unauthorized");
    const seen = await eye.sees("its death", (it) =>
      it.channels.some(({ facts }) => facts.id === "telegram" && facts.terminal && !facts.running),
    );
    expect(seen.channelIssues.map((issue) => issue.channel)).toContain("telegram");
    expect((await eye.alert("channel-disconnected")).evidence).toMatch(/telegram/);
    expect(seen.connection?.state.kind).toBe("up");
  });

  it("a provider that answers 500 is retried, and the turn goes on when it recovers", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    await using admin = await gateway.admin();
    const key = await admin.createSession("agent:main:retried");
    gateway.model.script({ status: 500, text: "upstream exploded" });
    await admin.send(key, "please");
    await until("a retry", () => (session(eye, key)?.turn?.retries ?? 0) > 0);
    gateway.model.script();
    const seen = await eye.sees(
      "the end of the turn",
      (it) => it.sessions.get(key)?.turn === undefined && it.sessions.get(key)?.lastTurnEndedAt !== undefined,
    );
    expect(seen.sessions.get(key)?.failures).toBe(0);
  });

  it("a provider that answers 401 fails every turn, and the alert says so", async () => {
    await using eye = observe(gateway);
    await eye.state("up");
    await using admin = await gateway.admin();
    gateway.model.script({ status: 401, text: "invalid api key" });
    const key = await admin.createSession("agent:main:unauthorised");
    await admin.turn(key, "please");
    gateway.model.script();
    // One bad answer quarantines the key: the next turn fails too, although the provider is well again.
    await admin.turn(key, "please again");
    const seen = await eye.sees("the failures", (it) => (it.sessions.get(key)?.failures ?? 0) >= 2);
    expect(seen.sessions.get(key)?.lastFailure?.reason).toMatch(/auth|key|401/i);
    await eye.alert("provider-failing");
  });
});

import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Way } from "../../../src/watch/index.ts";
import {
  branchTips,
  planSessionRollback,
  rollBackSession,
  sessionIn,
  type SessionDesk,
} from "../../../src/watch/effects/index.ts";
import { snapshotContents } from "../../../src/watch/effects/takeback/snapshot-contents.ts";
import { wayBackTo } from "../../../src/watch/takeback/rewind-target.ts";
import { openStage, type Stage } from "./support/stage.ts";

const signal = new AbortController().signal;

/** The demo's people go on talking: waits for a session with a turn more than the snapshot has. */
const grown = async (stage: Stage, then: ReadonlyMap<string, number>): Promise<string> => {
  for (;;) {
    const { sessions } = await (await stage.source()).read();
    const found = sessions.find(
      ({ key, messages, status }) =>
        status === "done" && (messages ?? 0) >= (then.get(key) ?? Number.POSITIVE_INFINITY) + 2,
    );
    if (found !== undefined) return found.key;
    await pause(50);
  }
};

const canMove = (way: Way): Extract<Way, { kind: "switch" | "rewind" }> => {
  if (way.kind === "switch" || way.kind === "rewind") return way;
  throw new Error(`no way: ${JSON.stringify(way)}`);
};

describe("taking one session back", () => {
  it("cuts it where the snapshot has it, while the gateway runs, and brings it back whole", async () => {
    await using stage = await openStage();
    const snapshot = await stage.save();
    const { sessions } = (await snapshotContents(stage.vault, snapshot.id, signal)).reading;
    const whole = sessions.filter(({ status }) => status === "done");
    const key = await grown(stage, new Map(whole.map((session) => [session.key, session.messages ?? 0])));
    const desk: SessionDesk = { settings: stage.settings, ports: stage.ports, key, signal };
    const then = await sessionIn(stage.vault, snapshot.id, key, signal);
    const before = (await branchTips(desk)).find(({ active }) => active);

    const way = canMove(await planSessionRollback(desk, then?.leaf ?? ""));
    expect(way).toMatchObject({ kind: "rewind" });
    const rolled = await rollBackSession(desk, way);
    expect(rolled).toMatchObject({ to: then?.leaf, messagesAfter: then?.messages });

    const undo = canMove(await planSessionRollback(desk, rolled.from));
    expect(undo.kind).toBe("switch");
    const undone = await rollBackSession(desk, undo);
    expect(undone).toMatchObject({ to: before?.leaf, messagesAfter: before?.messages });
  });

  it("says in clear words that it needs a running gateway", async () => {
    await using stage = await openStage();
    await stage.fleet.control(stage.settings.name).stop();
    await expect(
      branchTips({ settings: stage.settings, ports: stage.ports, key: "agent:main:x", signal }),
    ).rejects.toMatchObject({
      code: "SESSION_ROLLBACK_OFFLINE",
      hint: expect.stringContaining("--only sessions"),
    });
  });
});

describe("the way back to an earlier end", () => {
  const path = [
    { id: "u1", role: "user" },
    { id: "a1", role: "assistant" },
    { id: "u2", role: "user" },
    { id: "a2", role: "assistant" },
  ];
  const active = { leaf: "a2", messages: 4, active: true };

  it.each<[string, string, Partial<Way>]>([
    ["cuts before the first message of the user after it", "a1", { kind: "rewind", before: "u2", aside: 2 }],
    ["is no way when it stands there", "a2", { kind: "there-already" }],
    ["is a switch when a branch ends there", "b9", { kind: "switch", to: "b9", aside: 1 }],
    ["is none when history does not hold it any more", "gone", { kind: "no-way" }],
  ])("%s", (_name, leaf, expected) => {
    const tips = [active, { leaf: "b9", messages: 3, active: false }];
    expect(wayBackTo(leaf, tips, path)).toMatchObject(expected);
  });
});

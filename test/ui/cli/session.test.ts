import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { problemOf, systemClock, type Problem } from "../../../src/ground/index.ts";
import { moveSession } from "../../../src/ui/cli/takeback/move-session.ts";
import { loadConfig, resolveConfig } from "../../../src/ui/config/index.ts";
import { planSessionRollback, type SessionDesk } from "../../../src/watch/effects/index.ts";
import { hello, startPeer } from "../../clients/gateway/peer.ts";
import { portsOf, settingsOf } from "../../openclaw/support/takeback-desk.ts";
import { openHouse } from "./support/house.ts";

describe("clawback session rollback", () => {
  it("asks where to, when nobody said", async () => {
    using house = await openHouse();
    const answer = await house.run("session", "rollback", "agent:main:work");
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.err).toContain("--snapshot-id last-good");
  });

  it("knows that a snapshot does not have the session", async () => {
    using house = await openHouse();
    const answer = await house.run(
      "session",
      "rollback",
      "agent:main:work",
      "--snapshot-id",
      house.id,
      "--yes",
    );
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.err).toContain(`${house.id} has no session agent:main:work.`);
  });

  it("has nothing to undo when nothing was rolled back from here", async () => {
    using house = await openHouse();
    const answer = await house.run("session", "rollback", "agent:main:work", "--undo", "--yes");
    expect(answer).toMatchObject({ code: 5 });
    expect(answer.err).toContain("No rollback of agent:main:work was made from here.");
  });

  it("says of the last good moment that the gateway has to run for it, and offers the whole", async () => {
    using house = await openHouse();
    const answer = await house.run("session", "rollback", "agent:main:work", "--snapshot-id", "last-good");
    expect(answer).toMatchObject({ code: 3 });
    expect(answer.err).toContain("can only be taken back alone while its gateway runs");
    expect(answer.err).toContain("--only sessions");
  });
});

const key = "agent:main:work";

/** A gateway that has the session with two ends, and what is in the house's own log of it. */
const openTalk = async (onSwitch?: "hangs up" | "refuses") => {
  const house = await openHouse();
  let active = "now";
  const peer = await startPeer({
    onHello: (connection, request) => {
      connection.answer(request, hello({ scopes: ["operator.read", "operator.admin"] }));
    },
    onRequest: (connection, request) => {
      switch (request.method) {
        case "sessions.branches.list":
          connection.answer(request, {
            branches: [
              { leafEntryId: "now", messageCount: 12, active: active === "now" },
              { leafEntryId: "then", messageCount: 9, active: active === "then" },
              { leafEntryId: "earlier", messageCount: 3, active: active === "earlier" },
            ],
          });
          break;
        case "sessions.branches.switch":
          if (onSwitch === "refuses") {
            const message = "cannot switch while the agent is working";
            connection.refuse(request, { code: "INVALID_REQUEST", message });
            break;
          }
          active = String(request.params["leafEntryId"]);
          if (onSwitch === "hangs up") connection.socket.terminate();
          else connection.answer(request, {});
          onSwitch = undefined;
          break;
        default:
          connection.answer(request, { messages: [] });
      }
    },
  });
  const config = house.path("clawback.json5");
  const { gateways, ...rest } = JSON.parse(readFileSync(config, "utf8")) as { gateways: readonly object[] };
  const gateway = { ...gateways[0], url: peer.url, token: { env: "HOME" } };
  writeFileSync(config, JSON.stringify({ ...rest, gateways: [gateway] }));
  mkdirSync(house.path("state/clawback"), { recursive: true });
  const log = house.path("state/clawback/audit.jsonl");
  const noted = (from: string): string =>
    `${JSON.stringify({ deed: "session-rollback", session: key, gateway: "prod", from })}\n`;
  writeFileSync(log, noted("then"));
  return {
    house,
    peer,
    log,
    noted,
    active: () => active,
    [Symbol.asyncDispose]: async () => {
      house[Symbol.dispose]();
      await peer.close();
    },
  };
};

describe("clawback session rollback --dry-run", () => {
  it("says what would go aside, and moves nothing", async () => {
    await using talk = await openTalk();
    const { house, peer, log } = talk;
    const rollback = ["session", "rollback", key, "--undo", "--dry-run"];
    const planned = await house.run(...rollback);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.out).toBe(
      `${key} would go back to where it stood before the last rollback. What came since goes aside, and nothing is deleted.\nOnly planned: nothing was changed. The same command without --dry-run does it.\n`,
    );
    expect(JSON.parse((await house.run(...rollback, "--json")).out)).toEqual({
      plan: { key, snapshot: null, from: "now", to: "then", messagesBefore: 12, messagesAside: 3 },
      result: { outcome: "planned", key },
    });
    const asked = peer.connections.flatMap(({ requests }) => requests.map(({ method }) => method));
    expect(asked).toContain("sessions.branches.list");
    expect(asked).not.toContain("sessions.branches.switch");
    expect(readFileSync(log, "utf8")).toBe(talk.noted("then"));
  });
});

describe("clawback session rollback --undo", () => {
  const undo = ["session", "rollback", key, "--undo", "--yes"];

  it("finds the way back of a move that nobody saw the end of", async () => {
    await using talk = await openTalk("hangs up");
    const lost = await moveTo(talk, "earlier");
    expect(lost).toMatchObject({ code: "SESSION_MOVE_UNKNOWN", exit: 3 });
    expect(lost?.hint).toContain(`clawback session rollback ${key} --undo --gateway prod`);
    expect(talk.active()).toBe("earlier");
    expect(await talk.house.run(...undo)).toMatchObject({ code: 0 });
    expect(talk.active()).toBe("now");
  });

  it("goes to where the last move came from, and not one that was refused", async () => {
    await using talk = await openTalk("refuses");
    expect(await moveTo(talk, "earlier")).toMatchObject({ code: "SESSION_BUSY" });
    expect((await talk.house.run(...undo.slice(0, -1), "--dry-run", "--json")).out).toContain('"to":"then"');
  });

  it("says that it was undone before it proves it, which may fail", async () => {
    await using talk = await openTalk();
    const answer = await talk.house.run(...undo, "--probe");
    expect(answer.code).not.toBe(0);
    expect(answer.out).toContain(`✅ ${key} is back at where it stood before the last rollback`);
    expect(talk.active()).toBe("then");
  });
});

/** As a rollback to a snapshot does it; what it failed with. */
const moveTo = async (
  { house, peer }: Awaited<ReturnType<typeof openTalk>>,
  leaf: string,
): Promise<Problem | undefined> => {
  const env = { HOME: house.path("."), XDG_STATE_HOME: house.path("state") };
  const config = resolveConfig(await loadConfig(house.path("clawback.json5"), env, house.path(".")), env);
  const session: SessionDesk = {
    settings: { ...settingsOf({ url: peer.url, token: "t", stateDir: house.scene.stateDir }), name: "prod" },
    ports: portsOf(house.path("ports")),
    key,
    signal: new AbortController().signal,
  };
  const way = await planSessionRollback(session, leaf);
  if (way.kind !== "switch") throw new Error(`no way there: ${way.kind}`);
  const context = { clock: systemClock, config: () => Promise.resolve(config), err: () => undefined };
  const deed = { deed: "session-rollback", snapshot: house.id } as const;
  return await moveSession(context, session, way, deed).then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
};

describe("clawback session undelete", () => {
  it("says in clear words that its gateway keeps none, and which way is left", async () => {
    using house = await openHouse();
    expect((await house.run("session", "undelete")).out).toBe("This gateway keeps no deleted session.\n");
    const answer = await house.run("session", "undelete", "agent:main:gone", "--yes");
    expect(answer.code).toBe(5);
    expect(answer.err).toContain("restore REF --only sessions");
  });

  it("lists what is kept, and asks for an id where no snapshot knows the key", async () => {
    using house = await openHouse();
    const id = keepDeleted(house.scene.stateDir);
    const listed = await house.run("session", "undelete");
    expect(listed.out).toMatch(new RegExp(`no snapshot knows its key.*\\n.*${id}`));
    const answer = await house.run("session", "undelete", "agent:main:gone", "--yes");
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.err).toContain("--session-id ID");
    expect(listed.out).toContain("Bring one back:  clawback session undelete KEY");
  });

  it("finds out before it stops anything that the program for it cannot be run", async () => {
    using house = await openHouse();
    const id = keepDeleted(house.scene.stateDir);
    const wanted = ["session", "undelete", "agent:main:gone", "--session-id", id, "--yes"];
    const answer = await house.run(...wanted, "--openclaw", house.path("no-openclaw"));
    expect(answer).toMatchObject({ code: 5, out: "" });
    expect(answer.err).toMatch(/cannot be run: .*no-openclaw/);
    expect(answer.err).toContain("Nothing was changed. Name it with --openclaw PROGRAM");
    // Not even a snapshot was taken.
    expect((await house.run("snapshots", "list")).out).not.toContain("pre-op");
  });

  it("writes down what it does before it does it, and nothing of that is left when the import fails", async () => {
    using house = await openHouse();
    const { stateDir } = house.scene;
    const id = keepDeleted(stateDir);
    // What whoever comes next would find, were we killed while OpenClaw imports.
    const [openclaw, seen] = [house.path("openclaw"), house.path("seen.jsonl")];
    const look = `cat ${stateDir}.clawback-restore.jsonl > ${seen}; exit 1`;
    writeFileSync(openclaw, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${look}\n`, { mode: 0o755 });
    const wanted = ["session", "undelete", "agent:main:gone", "--session-id", id, "--yes"];
    const answer = await house.run(...wanted, "--openclaw", openclaw);
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining("did not take the transcript in") });
    const lines = readFileSync(seen, "utf8").split("\n").filter(Boolean);
    const [begun, ...notes] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(begun).toMatchObject({ step: "begun", session: "agent:main:gone", gateway: "prod" });
    const directory = join(stateDir, "agents/main/sessions");
    expect(notes.map(({ what, detail }) => [what, detail])).toEqual([
      ["laid-out", join(directory, `${id}.jsonl`)],
      ["laid-out", join(directory, "sessions.json")],
    ]);
    expect(readdirSync(directory).filter((name) => !name.includes(".deleted."))).toEqual([]);
    expect(existsSync(`${stateDir}.clawback-restore.jsonl`)).toBe(false);
  });

  it("waits for a restore that is not settled yet: rolled back, that would take the session along", async () => {
    using house = await openHouse();
    const id = keepDeleted(house.scene.stateDir);
    expect(await house.run("snapshots", "restore", house.id, "--except", "sessions", "--yes")).toMatchObject({
      code: 0,
    });
    const answer = await house.run("session", "undelete", "agent:main:gone", "--session-id", id, "--yes");
    expect(answer).toMatchObject({ code: 5, err: expect.stringContaining("restore accept") });
  });
});

/** A session that its gateway deleted and keeps; gives its id. */
const keepDeleted = (stateDir: string): string => {
  const directory = join(stateDir, "agents/main/sessions");
  mkdirSync(directory, { recursive: true });
  const id = "e526c5d5-2c9a-4945-8a74-2aa07d61b0b3";
  const name = `${id}.jsonl.deleted.2026-11-20T18-06-08.547Z.1681a7b0.zst`;
  writeFileSync(join(directory, name), zstdCompressSync(""));
  return id;
};

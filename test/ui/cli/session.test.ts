import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hello, startPeer } from "../../clients/gateway/peer.ts";
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

describe("clawback session rollback --dry-run", () => {
  const key = "agent:main:work";

  it("says what would go aside, and moves nothing", async () => {
    using house = await openHouse();
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.answer(request, hello({ scopes: ["operator.read", "operator.admin"] }));
      },
      answers: {
        "sessions.branches.list": {
          branches: [
            { leafEntryId: "now", messageCount: 12, active: true },
            { leafEntryId: "then", messageCount: 9 },
          ],
        },
        "chat.history": { messages: [] },
      },
    });
    const config = house.path("clawback.json5");
    const { gateways, ...rest } = JSON.parse(readFileSync(config, "utf8")) as { gateways: readonly object[] };
    const gateway = { ...gateways[0], url: peer.url, token: { env: "HOME" } };
    writeFileSync(config, JSON.stringify({ ...rest, gateways: [gateway] }));
    mkdirSync(house.path("state/clawback"), { recursive: true });
    const log = house.path("state/clawback/audit.jsonl");
    const before = `${JSON.stringify({ deed: "session-rollback", session: key, gateway: "prod", from: "then" })}\n`;
    writeFileSync(log, before);

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
    expect(readFileSync(log, "utf8")).toBe(before);
  });
});

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
});

/** A session that its gateway deleted and keeps; gives its id. */
const keepDeleted = (stateDir: string): string => {
  const directory = join(stateDir, "agents/main/sessions");
  mkdirSync(directory, { recursive: true });
  const id = "e526c5d5-2c9a-4945-8a74-2aa07d61b0b3";
  writeFileSync(join(directory, `${id}.jsonl.deleted.2026-11-20T18-06-08.547Z.1681a7b0.zst`), "");
  return id;
};

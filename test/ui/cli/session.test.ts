import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
    const directory = join(house.scene.stateDir, "agents/main/sessions");
    mkdirSync(directory, { recursive: true });
    const id = "e526c5d5-2c9a-4945-8a74-2aa07d61b0b3";
    writeFileSync(join(directory, `${id}.jsonl.deleted.2026-11-20T18-06-08.547Z.1681a7b0.zst`), "");
    const listed = await house.run("session", "undelete");
    expect(listed.out).toMatch(new RegExp(`no snapshot knows its key.*\\n.*${id}`));
    const answer = await house.run("session", "undelete", "agent:main:gone", "--yes");
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.err).toContain("--session-id ID");
  });
});

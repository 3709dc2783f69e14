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

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hashOf } from "../../core/takeback/support/scene.ts";
import { openHouse, type House } from "./support/house.ts";

/** Neither a history nor an audit log can be written: a disk that is full, a home that belongs to somebody else. */
const withoutOwnFiles = (house: House): void => {
  rmSync(house.path("state"), { recursive: true, force: true });
  mkdirSync(house.path("state"));
  writeFileSync(house.path("state/clawback"), "no directory");
};

describe("where clawback cannot write its own files", () => {
  it("a restore and its end are told as they went, with a word on what is not remembered", async () => {
    using house = await openHouse();
    withoutOwnFiles(house);
    const restored = await house.run("snapshots", "restore", house.id, "--yes");
    expect(restored.out).toContain(`Restored snapshot: ${house.id}`);
    expect(restored.err).toContain("audit log");
    expect(restored.code).toBe(0);
    const accepted = await house.run("restore", "accept", "--yes");
    expect(accepted.out).toContain(`Accepted: ${house.id}`);
    expect(accepted.code).toBe(0);
  });

  it("a look at the gateways is told, and a guard watches without a memory and says so", async () => {
    using house = await openHouse();
    // There is one, and it does not open.
    mkdirSync(house.path("state/clawback/history.sqlite"), { recursive: true });
    const status = await house.run("status", "--wait", "1s");
    expect(status.out).toContain("1 of 1 gateway needs attention: prod");
    expect(status.err).toContain("history.sqlite cannot be opened");
    expect(status.code).toBe(3);
    const guard = await house.run("guard", "--once");
    expect(guard.err).toContain("history.sqlite cannot be opened");
    expect(guard.code).toBe(3);
  });

  it("a command is run all the same, and its exit code is the answer", async () => {
    using house = await openHouse();
    withoutOwnFiles(house);
    const ran = await house.run("run", "--", "sh", "-c", "exit 0");
    expect(ran.err).toContain("ended with exit code 0");
    expect(ran.code).toBe(0);
  });
});

describe("the audit log", () => {
  it("is read past a line that was cut off, and goes on in a line of its own", async () => {
    using house = await openHouse();
    mkdirSync(house.path("state/clawback"), { recursive: true });
    writeFileSync(house.path("state/clawback/audit.jsonl"), '{"at":"2026-11-30T00:00:00.000Z","deed":"sess');
    const before = hashOf(house.scene);
    const answer = await house.run("session", "rollback", "agent:main:main", "--undo");
    expect(answer.err).toContain("No rollback of agent:main:main was made from here.");
    expect(hashOf(house.scene)).toBe(before);
    await house.run("run", "--", "true");
    const lines = readFileSync(house.path("state/clawback/audit.jsonl"), "utf8").trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ deed: "run" });
  });
});

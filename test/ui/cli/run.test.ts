import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openVault } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { interruptedBy } from "../../../src/ui/interruption.ts";
import { clawback } from "../../support/command-line.ts";
import { rowsOf } from "../../core/takeback/support/scene.ts";
import { openHouse } from "./support/house.ts";
import { soon } from "../../support/soon.ts";

const node = process.execPath;

describe("clawback run", () => {
  it("takes a snapshot named after the operation, runs the command, and ends well with it", async () => {
    using house = await openHouse();
    const answer = await house.run("run", "--name", "deploy", "--", node, "-e", "process.exit(0)");
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.err).toMatch(/✅ Snapshot \S+ \(pre-deploy-\d{8}-\d{6}\)/);
    const vault = await openVault(house.path("vault"), { keys: { keyFile: house.path("vault.key") } });
    expect((await vault.list()).snapshots.at(-1)).toMatchObject({ kind: "pre-op", gateway: "prod" });
  });

  it("takes no word into what it is called that could act on a terminal", async () => {
    using house = await openHouse();
    const answer = await house.run("--json", "run", "--name", "ev\u001b[31mil\nline", "--", "true");
    expect(answer).toMatchObject({ code: 0 });
    expect(JSON.parse(answer.err)).toMatchObject({ run: { operation: "evil line" } });
  });

  it("keeps the exit code of a command that failed, and names the way back", async () => {
    using house = await openHouse();
    const answer = await house.run("run", "--", node, "-e", "process.exit(42)");
    expect(answer).toMatchObject({ code: 42 });
    expect(answer.err).toMatch(
      /Back to before: {2}clawback --config \S+ snapshots restore \S+ --gateway prod\n/,
    );
  });

  it("ends as a shell would with a command that a signal ended, and says which", async () => {
    using house = await openHouse();
    const answer = await house.run("run", "--name", "deploy", "--", "bash", "-c", "kill -KILL $$");
    expect(answer).toMatchObject({ code: 137, err: expect.stringContaining("deploy was ended by SIGKILL") });
  });

  it("passes on what asks it to end, and lets the command end in its own way", async () => {
    using house = await openHouse();
    const [up, told] = [house.path("up"), house.path("told")];
    const ending = new AbortController();
    const script = `trap 'touch ${told}; exit 9' TERM; touch ${up}; while :; do sleep 0.05; done`;
    const answer = clawback(["--config", house.path("clawback.json5"), "run", "--", "bash", "-c", script], {
      env: { HOME: house.path("."), XDG_STATE_HOME: house.path("state"), PATH: process.env["PATH"] },
      signal: ending.signal,
    });
    await soon(() => {
      expect(existsSync(up)).toBe(true);
    });
    ending.abort(interruptedBy("SIGTERM"));
    expect(await answer).toMatchObject({ code: 9 });
    expect(existsSync(told)).toBe(true);
  });

  it("gives the second operation of a second a name of its own", async () => {
    using house = await openHouse();
    const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 20, 10, 15) };
    const env = { HOME: house.path("."), XDG_STATE_HOME: house.path("state") };
    for (let round = 0; round < 3; round += 1) {
      const argv = [
        "--config",
        house.path("clawback.json5"),
        "run",
        "--name",
        "deploy",
        "--",
        node,
        "-e",
        "",
      ];
      expect(await clawback(argv, { env, clock })).toMatchObject({ code: 0 });
    }
    const vault = await openVault(house.path("vault"), { keys: { keyFile: house.path("vault.key") } });
    const names = (await vault.list()).snapshots.flatMap(({ name }) => name ?? []);
    const first = "pre-deploy-20261120-101500";
    expect(names).toEqual([first, `${first}-2`, `${first}-3`]);
  });

  it("takes no snapshot for a program that is not there", async () => {
    using house = await openHouse();
    const answer = await house.run("run", "--", "no-such-program-anywhere");
    expect(answer).toMatchObject({ code: 2, out: "" });
    expect(answer.err).toContain(
      "no-such-program-anywhere cannot be run: there is no such program that can be run.",
    );
    const vault = await openVault(house.path("vault"), { keys: { keyFile: house.path("vault.key") } });
    expect((await vault.list()).snapshots.filter(({ kind }) => kind === "pre-op")).toEqual([]);
  });

  it("leaves standard output to the command, and says with --json in one line how it ended", async () => {
    using house = await openHouse();
    const answer = await house.run("--json", "run", "--name", "deploy", "--", node, "-e", "process.exit(42)");
    expect(answer).toMatchObject({ code: 42, out: "" });
    expect(JSON.parse(answer.err)).toEqual({
      run: {
        operation: "deploy",
        snapshot: expect.any(String) as string,
        exitCode: 42,
        well: null,
        outcome: "failed",
      },
    });
  });

  it("takes everything back that a failed command did, when asked to", async () => {
    using house = await openHouse();
    const database = join(house.scene.stateDir, "state/openclaw.sqlite");
    const before = rowsOf(database, "SELECT what FROM facts");
    const harm = join(house.path("."), "harm.mjs");
    writeFileSync(
      harm,
      `import { DatabaseSync } from "node:sqlite"; import { writeFileSync } from "node:fs";
      const it = new DatabaseSync(process.argv[2]); it.exec("DELETE FROM facts"); it.close();
      writeFileSync(process.argv[3], "{}"); process.exit(1);`,
    );
    const config = join(house.scene.stateDir, "openclaw.json");
    const good = readFileSync(config, "utf8");
    const answer = await house.run(
      "run",
      "--rollback-on-failure",
      "--",
      node,
      "--no-warnings",
      harm,
      database,
      config,
    );
    expect(answer).toMatchObject({ code: 6 });
    expect(answer.err).toContain(" ended with exit code 1. What it left");
    expect(rowsOf(database, "SELECT what FROM facts")).toEqual(before);
    expect(readFileSync(config, "utf8")).toBe(good);
  });

  it("says when there is no such command, and when there is none at all", async () => {
    using house = await openHouse();
    expect(await house.run("run", "--", "no-such-program-anywhere")).toMatchObject({ code: 2 });
    expect((await house.run("run")).err).toContain("There is no command to run.");
    expect((await house.run("run", "echo", "two words")).err).toContain("clawback run -- echo 'two words'");
  });
});

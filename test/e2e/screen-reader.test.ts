import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openConsole } from "../support/terminal/index.ts";

describe("somebody who listens to the screen", () => {
  it("hears what changes in lines, asks for more, and acknowledges", async () => {
    await using console = await openConsole({
      args: ["demo", "--speed", "30", "--screen-reader"],
      columns: 120,
      rows: 60,
      env: { XDG_STATE_HOME: "/nonexistent/never-written" },
    });
    await console.sees("clawback, 4 gateways.");
    await console.sees("mark: deploy");
    await console.seesMatch(/alert P1, session-dead on prod-eu: .*To acknowledge: ack a\w+/s);
    await console.sees("prod-eu is now sick");
    console.types("help\n");
    await console.sees("ack ID: say that you know of an alert");
    console.types("incident\n");
    await console.seesMatch(/It began at \d\d:\d\d:\d\d/);
    await console.seesMatch(/step 1: /);
    console.types("nonsense\n");
    await console.sees("nonsense is nothing that can be asked");
    // Lines and nothing else: no screen of its own, no cursor moved, no colour.
    expect(console.transcript()).not.toContain("\u001b");
    expect((await console.leaves("quit\n", "y\n")).code).toBe(0);
  });

  it("takes one session back, then the whole gateway, and does not wait for it, all by typed lines", async () => {
    const home = await mkdtemp(join(tmpdir(), "console-lines-"));
    await using console = await openConsole({
      args: ["demo", "--speed", "10", "--busy", "--screen-reader"],
      columns: 200,
      rows: 60,
      env: { HOME: home, XDG_STATE_HOME: join(home, "state"), TMPDIR: home },
    });
    await console.sees("session-dead on prod-eu");
    const heard = (what: RegExp): number => console.transcript().match(what)?.length ?? 0;
    const asks = async (line: string, answer: RegExp): Promise<void> => {
      const before = heard(answer);
      console.types(`${line}\n`);
      await console.seesThat(`an answer to ${line}`, () => heard(answer) > before);
    };
    await asks("session prod-eu agent:main:console-big", /To do it, type go/g);
    // A session in the middle of a turn is not moved, and stays planned: this one is tried again and again.
    while (heard(/rolled agent:main:console-big back to/g) === 0) {
      await asks("go", /To do it, type y/g);
      await asks("y", /rolled agent:main:console-big back to|failed: .*cannot be moved now/g);
    }
    console.types("plan prod-eu\n");
    await console.seesMatch(/looked at before: \d+ fine, 0 to know, 0 in the way/);
    console.types("go\n");
    await console.sees("To do it, type the whole name and Enter: prod-eu.");
    console.types("prod-us\n");
    await console.sees("left as it is");
    console.types("go\n");
    console.types("prod-eu\n");
    await console.sees("hurry prod-eu does not wait any longer");
    console.types("quit\n");
    await console.sees("Leave while something is being done?");
    console.types("n\n");
    console.types("hurry prod-eu\n");
    await console.sees("To do it, type y and Enter.");
    console.types("y\n");
    await console.seesMatch(/done, drain and stop: killed after [\d.]+[sm], before it had finished its work/);
    await console.sees("sessions: same, 41 of 41 sessions are there");
    await console.sees("accept prod-eu keeps it, back prod-eu puts the old state back");
    console.types("accept prod-eu\n");
    await console.sees("Keep ");
    console.types("y\n");
    await console.sees("accepted: the old state is deleted");
    expect(console.transcript()).not.toContain("\u001b");
    expect((await console.leaves("quit\n", "y\n")).code).toBe(0);
    const audit = await readFile(join(home, "state/clawback/audit.jsonl"), "utf8");
    expect(audit).toMatch(/clawback snapshots restore \d{4}-[\d-]+ --gateway prod-eu /);
    expect(audit).toMatch(/clawback session rollback agent:main:console-big --snapshot-id last-good /);
    expect(audit).toContain("clawback restore accept --gateway prod-eu");
    await rm(home, { recursive: true, force: true });
  });
});

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConsole, type OpenConsole } from "../support/terminal/index.ts";

let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "console-keeping-"));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

const openDemo = (speed = 10): Promise<OpenConsole> =>
  openConsole({
    command: [process.execPath, program],
    args: ["demo", "--speed", String(speed)],
    env: { HOME: home, XDG_STATE_HOME: join(home, "state"), USER: "tester", TMPDIR: home },
    cwd: home,
    columns: 80,
    rows: 24,
  });

describe("somebody sees that a gateway is sick", () => {
  it("sees the alert, compares the last good snapshot with now, and reads what was changed", async () => {
    await using console = await openDemo();
    await console.seesMatch(/▸prod-eu +✖ sick/);
    await console.sees("[c] compare");
    console.press("c");
    await console.seesMatch(/A \d{4}(?:-\d+)+ ★ +B now/);
    await console.seesMatch(/context pressure +\d+% → 1\d\d%/);
    await console.seesMatch(/\[sessions·\d+\]/);
    console.press("Tab");
    await console.seesMatch(/agents\.defaults\.compaction\.mode/);
    console.press("Tab");
    console.press("Tab");
    await console.seesMatch(/\[files·\d+\]/);
    console.types("/~ openclaw.json");
    console.press("Enter");
    await console.seesMatch(/▸~ openclaw\.json/);
    console.press("Enter");
    await console.seesMatch(/\+ +"mode": "safeguard"/);
  });

  it("takes a snapshot with a name, verifies and protects it, and deletes it in the end", async () => {
    // Before the trouble of the story begins: a snapshot that the guard takes of it would come before this one.
    await using console = await openDemo(1);
    await console.sees("[c] compare");
    console.press("4");
    await console.seesMatch(/▸ +\d{4}(?:-\d+)+ +full/);
    console.types("ncalm");
    await console.sees("name: calm");
    console.press("Enter");
    await console.seesMatch(/manual .*calm/);
    console.press("g");
    console.press("v");
    await console.seesMatch(/manual .*✓ \d\d:\d\d/);
    console.press("p");
    await console.sees("kept");
    console.press("D");
    await console.sees("it is protected");
    console.press("Esc");
    await console.seesNot("it is protected");
    console.press("p");
    await console.seesNot("kept");
    console.press("D");
    await console.sees("Delete the snapshot");
    const id = /Delete the snapshot (?<id>[\d-]+)\?/.exec(console.screen().join("\n"))?.groups?.["id"] ?? "";
    console.types(id);
    console.press("Enter");
    await console.seesMatch(/deleted \d{4}-/);
    await console.seesNot("calm");
    console.press("Esc");
    await console.sees("[i] incident");
    expect((await console.leaves()).code).toBe(0);
    const audit = await readFile(join(home, "state/clawback/audit.jsonl"), "utf8");
    expect(audit).toContain(`clawback snapshots delete ${id} --vault `);
    expect((await readdir(home)).filter((name) => name.startsWith("clawback-demo"))).toEqual([]);
  });
});

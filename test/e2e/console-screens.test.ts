import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConsole, type OpenConsole } from "../support/terminal/index.ts";
import { soon } from "../support/soon.ts";

let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "console-home-"));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

const openDemo = (
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly speed?: number;
  } = {},
  size: readonly [number, number] = [80, 24],
): Promise<OpenConsole> =>
  openConsole({
    command: [process.execPath, program],
    args: ["demo", "--speed", String(options.speed ?? 30), ...(options.args ?? [])],
    env: { HOME: home, XDG_STATE_HOME: join(home, "state"), USER: "tester", ...options.env },
    cwd: home,
    columns: size[0],
    rows: size[1],
  });

describe("somebody looks for what is wrong", () => {
  it("goes from the sick gateway to its dead session and reads why", async () => {
    await using console = await openDemo();
    await console.seesMatch(/▸prod-eu +✖ sick/);
    console.press("Enter");
    await console.sees("[overview]");
    await console.seesMatch(/P1 session-dead/);
    console.press("Right");
    await console.sees("[sessions]");
    await console.seesMatch(/▸main:console-big .*✖ dead/);
    console.press("Enter");
    await console.sees("did not recover");
    await console.sees("compact_only");
    console.press("Esc");
    await console.sees("[sessions]");
    console.press("Esc");
    await console.seesMatch(/▸prod-eu +✖ sick/);
  });

  it("sees the channel's own words, the queues, the configuration, the starts and the events", async () => {
    // Slowly enough that it is watched before its deploy.
    await using console = await openDemo({ speed: 8 }, [120, 40]);
    await console.seesMatch(/prod-eu.* 2\/3/);
    console.press("2");
    await console.sees("[overview]");
    console.types("]]");
    await console.seesMatch(/telegram\/default +✖ gone for good/);
    console.types("]");
    await console.sees("WAITING");
    console.types("]");
    await console.sees("the saved configuration is valid");
    console.types("]");
    await console.sees("planned restart");
    console.types("]");
    await console.sees("agent/embedded");
    console.types("]");
    await console.sees("restarted as announced");
  });

  it("filters a log, holds it still, and goes back to its end", async () => {
    await using console = await openDemo({}, [120, 40]);
    await console.seesMatch(/WARN .*compaction/);
    console.press("l");
    await console.sees("following");
    console.types("/level:warn !diag\r");
    await console.seesMatch(/\/level:warn !diag \d+ of \d+/);
    await console.seesNot("compaction-diag");
    console.press("k");
    await console.seesMatch(/paused|\d+ new ↓/);
    console.press("f");
    await console.sees("following");
  });
});

describe("somebody answers an alert", () => {
  it("acknowledges, silences with a y, and finds both in the audit log, on screen and on disk", async () => {
    await using console = await openDemo();
    await console.sees("session-dead");
    console.press("3");
    await console.seesMatch(/▸✖ P\d/);
    console.press("a");
    await console.sees("ack tester");
    console.press("S");
    await console.sees("for an hour?");
    await console.sees("clawback alerts silence");
    console.press("Enter");
    await console.sees("for an hour?");
    console.press("y");
    await console.sees("silenced");
    console.press("A");
    await console.seesMatch(/clawback alerts ack a\w+/);
    await console.seesMatch(/0 .*clawback alerts silence/);
    const path = join(home, "state/clawback/audit.jsonl");
    await console.seesThat("the audit screen", (lines) => lines.join("").includes("EXIT"));
    const lines = await soon(async () => {
      const written = (await readFile(path, "utf8")).trim().split("\n");
      expect(written).toHaveLength(2);
      return written;
    });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ ended: { exit: 0 } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is told why not, where only looking is allowed", async () => {
    await using console = await openDemo({ args: ["--read-only"] });
    await console.sees("READ-ONLY");
    await console.sees("session-dead");
    console.press("3");
    await console.seesMatch(/▸✖ P\d/);
    console.press("a");
    await console.sees("started with --read-only");
    await console.seesNot("ack tester");
  });

  it("copies the evidence, and reads it in her own pager", async () => {
    await using console = await openDemo({
      env: { PAGER: `sh -c 'trap "" INT; cat "$0"; echo; echo END OF TEXT; read answer'` },
    });
    await console.seesMatch(/prod-eu +✖ sick/);
    console.press("3");
    await console.seesMatch(/▸✖ P\d/);
    console.press("y");
    await console.sees("copied P");
    const sent = /\u001b\]52;c;([A-Za-z0-9+/=]+)\u0007/.exec(console.transcript())?.[1] ?? "";
    expect(Buffer.from(sent, "base64").toString()).toMatch(/^P\d [a-z-]+ /);
    console.press("v");
    await console.sees("END OF TEXT");
    expect(console.screen().join("\n")).toMatch(/^P +RULE +GATEWAY +SINCE +STATE +EVIDENCE$/m);
    expect(console.isAlternate()).toBe(false);
    // It means the pager there, as often as it is pressed.
    console.sends("\u0003\u0003");
    await console.sees("^C");
    console.press("Enter");
    // The heads of the table stood in the pager as well; the row one is on stands only here.
    await console.seesMatch(/▸✖ P\d/);
    expect(console.isAlternate()).toBe(true);
  });
});

describe("somebody works through an incident", () => {
  it("goes back in time, ticks a step, writes a note and takes the report along", async () => {
    await using console = await openDemo({}, [120, 40]);
    await console.sees("session-dead");
    console.press("i");
    await console.sees("what to do");
    await console.sees("changed before");
    console.press("[");
    await console.seesMatch(/─ at \d{4}-\d\d-\d\d /);
    console.press("Esc");
    await console.seesMatch(/─ now ─/);
    console.press("Space");
    await console.sees("[✓]");
    console.types("nrolled back the deploy\r");
    await console.sees("tester: rolled back the deploy");
    console.press("x");
    await console.seesMatch(/incident-\w+\.md/);
    await console.until("the report to be written", () => true);
    const [name = ""] = (await readdir(home)).filter((each) => each.endsWith(".md"));
    const report = await readFile(join(home, name), "utf8");
    expect(report).toContain("rolled back the deploy");
    expect(report).toContain("- [x] ");
    expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
  });

  it("lists every incident", async () => {
    await using console = await openDemo();
    await console.sees("session-dead");
    console.press("7");
    await console.seesMatch(/P\d .*open for/);
    console.press("Enter");
    await console.sees("what to do");
  });
});

describe("somebody watches a deploy, and the console itself", () => {
  it("reads the states from across the room", async () => {
    await using console = await openDemo();
    await console.sees("DEMO");
    console.press("D");
    await console.sees("● U P");
    await console.sees("▲deploy");
    await console.sees("✖ S I C K");
    await console.seesMatch(/ERROR .*channel exited/);
  });

  it("asks what it costs and what it is", async () => {
    await using console = await openDemo({}, [100, 40]);
    await console.seesMatch(/prod-eu +● up/);
    console.types(":perf\r");
    await console.seesMatch(/key to paint +p50/);
    await console.seesMatch(/now +[\d.]+ k?B\/s/);
    await console.seesMatch(/prod-eu +\d+/);
    console.types(":about\r");
    await console.seesMatch(/│ clawback +│ \d+\.\d+\.\d+ +│/);
  });

  it("speaks the language of its user", async () => {
    await using console = await openDemo({ env: { LANG: "zh_CN.UTF-8" } });
    await console.seesMatch(/prod-eu +● 运行/);
    await console.sees("机群");
    console.press("?");
    await console.sees("这个画面的按键");
  });
});

describe("a monkey at a real terminal", () => {
  it("presses two thousand keys with resizes, and leaves a console that still obeys", async () => {
    await using console = await openDemo({}, [100, 30]);
    await console.seesMatch(/prod-eu +[●✖]/);
    const keys = "jkgGoOf123 7DAi[]hlya!xnSve:/?<>abc\t\u0004\u0015\u000c";
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 40; round += 1) {
      let typed = "";
      for (let count = 0; count < 50; count += 1) typed += keys.charAt(random(keys.length));
      // A program of her own and its answer would be a test of that program.
      console.types(typed.replace(/[ve]/g, "j"));
      console.resize(60 + random(80), 15 + random(30));
      console.sends("\u001b");
      await console.until("the keys to be taken", () => console.received() > 0);
    }
    console.resize(80, 24);
    // Out of whatever was being typed or decided, and home.
    for (let count = 0; count < 3; count += 1) {
      console.press("Esc");
      await console.seesThat("24 rows", (lines) => lines.length === 24);
    }
    console.press("ctrl-c");
    console.press("1");
    await console.sees("▸ fleet");
    console.press("ctrl-c", "ctrl-c");
    const end = await console.ended();
    expect(end.code).toBe(0);
    expect(end.after).toMatchObject({ alternateScreen: false, cursorShown: true, raw: false });
  });
});

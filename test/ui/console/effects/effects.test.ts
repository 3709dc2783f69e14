import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../../../src/ground/index.ts";
import { auditLog } from "../../../../src/ui/console/effects/audit-log.ts";
import { publisher } from "../../../../src/ui/console/effects/publishing.ts";
import { effectRunner, type EffectPorts } from "../../../../src/ui/console/effects/run-effects.ts";
import { showText } from "../../../../src/ui/console/effects/show-text.ts";
import { writeReport } from "../../../../src/ui/console/effects/write-report.ts";
import type { Action } from "../../../../src/ui/console/state/action.ts";
import type { Pace } from "../../../../src/ui/console/terminal/index.ts";
import { newModel } from "../../../../src/watch/index.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-effects-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const entry = (command: string, at = 0) => ({ at, command, ended: { exit: 0, durationMs: 1, text: "ok" } });

describe("the audit log", () => {
  it("keeps deeds in the order in which they were done, for its owner alone", async () => {
    const path = join(folder, "state/clawback/audit.jsonl");
    const record = auditLog(path);
    await Promise.all(Array.from({ length: 50 }, (_, at) => record(entry(`deed ${at}`, at))));
    const written = await readFile(path, "utf8");
    expect(written).not.toContain("said");
    const lines = written.trim().split("\n");
    const commands = lines.map((line) => (JSON.parse(line) as { command: string }).command);
    expect(commands).toEqual(Array.from({ length: 50 }, (_, at) => `deed ${at}`));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "state/clawback"))).mode & 0o777).toBe(0o700);
  });

  it("says when a line could not be written, and goes on with the next", async () => {
    const path = join(folder, "audit.jsonl");
    const broken = auditLog(join(path, "inside-a-file"));
    await auditLog(path)(entry("first"));
    await expect(broken(entry("lost"))).rejects.toThrow(/EEXIST|ENOTDIR/);
    await expect(broken(entry("lost too"))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});

describe("a report", () => {
  it("is never written over another", async () => {
    const first = await writeReport(folder, "incident-x.md", "one");
    const second = await writeReport(folder, "incident-x.md", "two");
    expect([first, second].map((path) => path.slice(folder.length + 1))).toEqual([
      "incident-x.md",
      "incident-x-2.md",
    ]);
    expect(await readFile(first, "utf8")).toBe("one");
    expect((await stat(second)).mode & 0o777).toBe(0o600);
  });

  it("says where it could not be written", async () => {
    await expect(writeReport(join(folder, "nowhere"), "a.md", "")).rejects.toMatchObject({
      code: "REPORT_NOT_WRITTEN",
    });
  });
});

describe("a text in somebody's own program", () => {
  it("is in a file of hers alone, which is gone afterwards", async () => {
    const seen = join(folder, "seen");
    const pager = `sh -c 'stat -c %a "$0" > ${seen}; cat "$0" >> ${seen}'`;
    await showText("pager", "../../etc/pass wd", "words\n", { ...process.env, PAGER: pager, TMPDIR: folder });
    expect(await readFile(seen, "utf8")).toBe("600\nwords\n");
    expect(await readdir(folder)).toEqual(["seen"]);
  });

  it("says which program failed, and what to set", async () => {
    await expect(
      showText("editor", "a.txt", "", { ...process.env, VISUAL: "", EDITOR: "false" }),
    ).rejects.toMatchObject({
      code: "SHOW_TEXT_FAILED",
      message: "false ended with 1",
      hint: expect.stringContaining("EDITOR"),
    });
  });
});

describe("the runner of effects", () => {
  const run = async (
    ports: Partial<EffectPorts>,
    ...effects: Parameters<ReturnType<typeof effectRunner>["run"]>
  ) => {
    const actions: Action[] = [];
    const nothing = (): Promise<void> => Promise.resolve();
    const runner = effectRunner(
      {
        now: () => 7,
        steady: () => 0,
        tell: () => undefined,
        copy: () => undefined,
        repaint: () => undefined,
        point: () => undefined,
        vault: () => Promise.resolve({ text: "" }),
        takeback: () => Promise.resolve({ text: "" }),
        showText: nothing,
        writeReport: (name) => Promise.resolve(name),
        record: nothing,
        ...ports,
      },
      (action) => actions.push(action),
    );
    for (const effect of effects) runner.run(effect);
    await runner.settled();
    return actions;
  };
  const report = {
    kind: "write-report",
    name: "a.md",
    text: "",
    command: "clawback incident report",
  } as const;

  it("answers with what was done, for the audit log", async () => {
    expect(await run({}, report)).toEqual([
      {
        kind: "done",
        entry: { at: 7, command: report.command, ended: { exit: 0, durationMs: 0, text: "a.md" } },
      },
    ]);
  });

  it("keeps a failure with its exit code, and goes on", async () => {
    const failing = { writeReport: () => Promise.reject(new Problem("X", "no room", { exit: 5 })) };
    expect(await run(failing, report)).toEqual([
      {
        kind: "done",
        entry: {
          at: 7,
          command: report.command,
          ended: {
            exit: 5,
            durationMs: 0,
            text: "no room",
            said: { say: "problem", code: "X", text: "no room" },
          },
        },
      },
    ]);
  });

  it("says what fails that is no deed", async () => {
    const failing = { record: () => Promise.reject(new Problem("X", "disk full", { hint: "make room" })) };
    const record = { kind: "record", entry: entry("x") } as const;
    expect(await run(failing, record)).toMatchObject([{ kind: "say", text: "disk full make room" }]);
  });
});

describe("news on their way to the screen", () => {
  it("come at once, then no more often than the link can take, and the newest wins", () => {
    const timers: { readonly ms: number; readonly run: () => void }[] = [];
    const clock = {
      now: () => 0,
      steady: () => 0,
      after: (ms: number, fire: () => void) => {
        timers.push({ ms, run: fire });
        return () => undefined;
      },
    };
    let pace: Pace = "live";
    const brought: number[] = [];
    const news = publisher(
      clock,
      () => pace,
      (action) => {
        if (action.kind === "news") brought.push(action.watch.now);
      },
    );
    const model = (now: number) => newModel(now);
    news.bring(model(1));
    news.bring(model(2));
    news.bring(model(3));
    expect(brought).toEqual([1]);
    pace = "stalled";
    timers.at(-1)?.run();
    expect(brought).toEqual([1, 3]);
    expect(timers.map(({ ms }) => ms)).toEqual([100, 2_000]);
    news.bring(model(4));
    news.bringNow();
    expect(brought).toEqual([1, 3, 4]);
    timers.at(-1)?.run();
    expect(brought).toEqual([1, 3, 4]);
    news.bring(model(5));
    expect(brought).toEqual([1, 3, 4, 5]);
  });
});

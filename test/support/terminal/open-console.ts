import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import pty from "@lydell/node-pty";
import { type Emulator, openEmulator, type SeenCell } from "./emulator.ts";
import type { ProbeReport } from "../../../src/ui/console/terminal/index.ts";
import { keystroke } from "./keystrokes.ts";

/**
 * A console in a real terminal, told what to do in the user's words. Everything waits for what should be seen, with a
 * deadline that shows the screen when it passes; nothing waits for time.
 */
export type OpenConsole = AsyncDisposable & {
  readonly press: (...keys: readonly string[]) => void;
  readonly types: (text: string) => void;
  /** Raw bytes, as a terminal or a link might send them. */
  readonly sends: (bytes: string) => void;
  readonly sees: (text: string) => Promise<void>;
  readonly seesNot: (text: string) => Promise<void>;
  readonly seesMatch: (pattern: RegExp) => Promise<void>;
  /** Until `holds` of the screen's lines. */
  readonly seesThat: (what: string, holds: (lines: readonly string[]) => boolean) => Promise<void>;
  /** Until something holds that no screen shows. */
  readonly until: (what: string, holds: () => boolean) => Promise<void>;
  /** What the console last said about itself; only with `probe`. */
  readonly probe: () => ProbeReport | undefined;
  /** Whether the program, not necessarily its terminal, is gone. */
  readonly isGone: () => boolean;
  readonly screen: () => readonly string[];
  readonly cell: (column: number, row: number) => SeenCell;
  /** Something else draws on the same terminal: a wall message, a stray background job. */
  readonly scribble: (bytes: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  /** The link takes nothing any more, as when an SSH connection freezes. */
  readonly stall: () => void;
  readonly resume: () => void;
  readonly signal: (name: NodeJS.Signals) => Promise<void>;
  /** Bytes that have arrived so far. */
  readonly received: () => number;
  /** Everything the program has written so far. */
  readonly transcript: () => string;
  readonly isAlternate: () => boolean;
  readonly isCursorShown: () => boolean;
  /** Whether the terminal tells the program of a mouse. */
  readonly isPointing: () => boolean;
  readonly ended: () => Promise<Ended>;
  /** Says that somebody leaves, and to the question of it, where a snapshot is being taken just then, that she means it. */
  readonly leaves: (words?: string, meansIt?: string) => Promise<Ended>;
};

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly after: {
    readonly alternateScreen: boolean;
    readonly cursorShown: boolean;
    readonly pointing: boolean;
    readonly raw: boolean;
    readonly echoing: boolean;
    readonly lines: readonly string[];
  };
};

export type ConsoleOptions = {
  /** The program and its arguments. Default: the built console with `args`. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** Set over an environment without anything that would make a program think it is in CI or in a test. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Have the console report on itself while it runs. */
  readonly probe?: boolean;
};

const deadlineMs = 80_000;
const root = join(import.meta.dirname, "../../..");
const marksOfAutomation =
  /^(?:CI|CONTINUOUS_INTEGRATION|GITHUB_ACTIONS|VITEST.*|NODE_ENV|NODE_OPTIONS|NO_COLOR|FORCE_COLOR|LC_.*|INK_.*|CLAWBACK_.*)$/;

const cleanEnvironment = (over: Readonly<Record<string, string>>): Record<string, string> => {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !marksOfAutomation.test(name)) env[name] = value;
  }
  return { ...env, TERM: "xterm-256color", COLORTERM: "truecolor", LANG: "C.UTF-8", ...over };
};

export const openConsole = async (options: ConsoleOptions = {}): Promise<OpenConsole> => {
  const { columns = 80, rows = 24 } = options;
  const command = options.command ?? [process.execPath, join(root, "bin/clawback.cjs")];
  const folder = await mkdtemp(join(tmpdir(), "console-"));
  const report = join(folder, "report.json");
  const probe = join(folder, "probe.json");
  const emulator = openEmulator(columns, rows);
  const child = pty.spawn(
    process.execPath,
    [join(import.meta.dirname, "witness.ts"), report, ...command, ...(options.args ?? [])],
    {
      cols: columns,
      rows,
      cwd: options.cwd ?? root,
      env: cleanEnvironment({ ...(options.probe === true ? { CLAWBACK_PROBE: probe } : {}), ...options.env }),
      encoding: null,
    },
  );

  let received = 0;
  let transcript = "";
  let isCursorShown = true;
  let exit: { readonly exitCode: number } | undefined;
  /** Each says whether that was it. */
  const checks = new Set<() => boolean>();
  const check = (): boolean => [...checks].map((each) => each()).includes(true);
  const decoder = new TextDecoder();
  const coming: Uint8Array[] = [];
  let showing: Promise<void> | undefined;
  let endOfLast = "";
  const show = async (): Promise<void> => {
    for (let frame = coming.shift(); frame !== undefined; frame = coming.shift()) {
      const text = decoder.decode(frame, { stream: true });
      transcript += text;
      await emulator.write(frame);
      const recent = endOfLast + text;
      endOfLast = recent.slice(-8);
      const [shown, hidden] = [recent.lastIndexOf("\u001b[?25h"), recent.lastIndexOf("\u001b[?25l")];
      if (shown !== hidden) isCursorShown = shown > hidden;
      // Whoever waited for this says first what comes next: no screen passes by unseen, however late it is read.
      if (check()) await nextTurn();
    }
    showing = undefined;
  };
  // Without an encoding the pty hands out buffers, whatever its types say.
  child.onData((data: string | Uint8Array) => {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    received += bytes.length;
    coming.push(...framesOf(bytes));
    showing ??= show();
  });
  // The terminal's own answers to queries.
  emulator.terminal.onData((answer) => {
    child.write(answer);
  });
  child.onExit((how) => {
    exit = how;
    check();
  });

  const until = (what: string, holds: () => boolean): Promise<void> => {
    if (holds()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const finish = (): void => {
      checks.delete(look);
      clearTimeout(deadline);
      clearInterval(beat);
    };
    const look = (): boolean => {
      if (!holds()) return false;
      finish();
      resolve();
      return true;
    };
    const deadline = setTimeout(() => {
      finish();
      reject(new Error(`waited ${deadlineMs} ms for ${what}; the screen is\n${framed(emulator)}`));
    }, deadlineMs);
    // What is not on the screen (a report, a process) tells nobody when it changes.
    const beat = setInterval(look, 20);
    checks.add(look);
    return promise;
  };

  const reported = (): Report => readJson(report) ?? {};
  const text = (): string => emulator.lines().join("\n");

  const ended = async (): Promise<Ended> => {
    await until("the program to end", () => exit !== undefined);
    // The last words may still be on their way through the emulator.
    await showing;
    const { code = null, signal = null, isRaw = true, isEchoing = false } = reported();
    const lines = emulator.lines();
    return {
      code,
      signal,
      after: {
        alternateScreen: emulator.isAlternate(),
        cursorShown: isCursorShown,
        pointing: emulator.isPointing(),
        raw: isRaw,
        echoing: isEchoing,
        lines,
      },
    };
  };
  const isGone = (): boolean => reported().code !== undefined;
  const timesAsked = (): number => (text() + transcript).split("Leave while").length;

  return {
    press: (...keys) => {
      if (keys.indexOf("Esc") >= 0 && keys.indexOf("Esc") < keys.length - 1) {
        throw new Error(
          "what follows Esc at once may be taken for a part of a sequence: wait for what Esc does first",
        );
      }
      for (const key of keys) child.write(keystroke(key));
    },
    types: (typed) => {
      child.write(typed);
    },
    sends: (bytes) => {
      child.write(bytes);
    },
    sees: (wanted) => until(JSON.stringify(wanted), () => text().includes(wanted)),
    seesNot: (unwanted) => until(`no ${JSON.stringify(unwanted)}`, () => !text().includes(unwanted)),
    seesMatch: (pattern) => until(String(pattern), () => pattern.test(text())),
    seesThat: (what, holds) => until(what, () => holds(emulator.lines())),
    until,
    probe: () => readJson(probe) as ProbeReport | undefined,
    isGone,
    screen: emulator.lines,
    cell: emulator.cell,
    scribble: async (bytes) => {
      await showing;
      await emulator.write(bytes);
    },
    resize: (newColumns, newRows) => {
      emulator.terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    stall: () => {
      child.pause();
    },
    resume: () => {
      child.resume();
    },
    signal: async (name) => {
      // Kept: it is written again when the program ends, and half of it says nothing.
      let pid: number | undefined;
      await until("the program to be started", () => {
        pid = reported().pid;
        return pid !== undefined;
      });
      if (pid !== undefined) process.kill(pid, name);
    },
    received: () => received,
    transcript: () => transcript,
    isAlternate: emulator.isAlternate,
    isCursorShown: () => isCursorShown,
    isPointing: emulator.isPointing,
    ended,
    leaves: async (words = "q", meansIt = "y") => {
      const before = timesAsked();
      child.write(words);
      await until("its end, or a question", () => isGone() || timesAsked() > before);
      if (!isGone()) child.write(meansIt);
      return await ended();
    },
    [Symbol.asyncDispose]: async () => {
      if (exit === undefined) {
        const { pid } = reported();
        if (pid !== undefined) killQuietly(pid);
        child.resume();
        child.kill("SIGKILL");
        await until("the program to be killed", () => exit !== undefined);
      }
      emulator.terminal.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

type Report = {
  readonly pid?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly isRaw?: boolean;
  readonly isEchoing?: boolean;
};

const endOfFrame = Buffer.from("\u001b[?2026l");

/** What came in one piece may be several frames, where the one who reads was held up. */
const framesOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const frames: Uint8Array[] = [];
  let from = 0;
  while (from < bytes.length) {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(endOfFrame, from);
    const to = at < 0 ? bytes.length : at + endOfFrame.length;
    frames.push(bytes.subarray(from, to));
    from = to;
  }
  return frames;
};

/** Undefined when it is not written yet, or half written: it will be asked for again. */
const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
};

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Ended by itself in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};

const framed = (emulator: Emulator): string =>
  emulator
    .lines()
    .map((line) => `│${line}`)
    .join("\n");

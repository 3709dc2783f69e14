import { setTimeout as pause } from "node:timers/promises";
import { keyMarks } from "./key-marks.ts";
import { type Figure, median, quantile } from "../bench.ts";
import { watchProgram, type WatchOptions } from "./watched-program.ts";

/** What is measured, and how the program is told to be busy or to be quiet. */
export type Subject = {
  readonly command: readonly string[];
  /** On the screen when the program can be used. */
  readonly ready: string;
  /** Environment that makes ten updates a second, and none. */
  readonly busy: Readonly<Record<string, string>>;
  readonly quiet: Readonly<Record<string, string>> | undefined;
  /** A key that moves something and can be pressed again and again. */
  readonly keys: readonly [string, string];
  readonly quitKey: string;
};

export async function* measureConsole(subject: Subject): AsyncGenerator<Figure> {
  yield* firstPaint(subject);
  yield* cost(subject);
  yield* keys(subject);
  if (subject.quiet !== undefined) yield* idle(subject, subject.quiet);
  yield* frozen(subject);
}

const watch = (subject: Subject, options: Pick<WatchOptions, "columns" | "rows" | "withProbe" | "env">) =>
  watchProgram({ command: subject.command, ...options });

async function* firstPaint(subject: Subject): AsyncGenerator<Figure> {
  const times: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    await using program = watch(subject, { columns: 120, rows: 40, withProbe: false, env: subject.busy });
    times.push(await program.until(subject.ready));
    await program.quit(subject.quitKey);
  }
  yield { what: "first paint, 120x40, median of 7", value: median(times), unit: "ms", bar: 250 };
}

const steadyMs = 20_000;

/**
 * From outside, and without the probe, which beats all the time. Counted is what the system has put down to the process,
 * with all of its threads; the demo's own fleet lives in the process that shows it, and is in it.
 */
async function* cost(subject: Subject): AsyncGenerator<Figure> {
  await using program = watch(subject, { columns: 200, rows: 60, withProbe: false, env: subject.busy });
  await program.until(subject.ready);
  await pause(2_000);
  const [cpu, bytes, from] = [program.cpuMs(), program.received(), performance.now()];
  await pause(steadyMs);
  const tookMs = performance.now() - from;
  const [cpuMs, received] = [program.cpuMs() - cpu, program.received() - bytes];
  yield { what: "200x60, ten updates a second: one core", value: (cpuMs / tookMs) * 100, unit: "%", bar: 5 };
  yield {
    what: "200x60, ten updates a second: written",
    value: received / tookMs,
    unit: "KB/s",
    bar: 10,
  };
  yield { what: "200x60: resident memory", value: program.rssBytes() / 1e6, unit: "MB", bar: 130 };
  await program.quit(subject.quitKey);
}

async function* keys(subject: Subject): AsyncGenerator<Figure> {
  await using program = watch(subject, { columns: 200, rows: 60, withProbe: true, env: subject.busy });
  await program.until(subject.ready);
  await pause(2_000);
  const latencies: number[] = [];
  for (let press = 1; press <= 60; press += 1) {
    // Off the beat of the updates, as a person is.
    await pause(83 + (press % 7) * 13);
    const seen = program.until(keyMarks.charAt(press % keyMarks.length));
    program.send(subject.keys[press % 2] ?? "");
    latencies.push(await seen);
  }
  yield { what: "200x60: key to paint, median of 60", value: median(latencies), unit: "ms", bar: 8 };
  yield {
    what: "200x60: key to paint, 95th percentile",
    value: quantile(latencies, 0.95),
    unit: "ms",
    bar: 25,
  };
  await program.quit(subject.quitKey);
}

async function* idle(subject: Subject, env: Readonly<Record<string, string>>): AsyncGenerator<Figure> {
  await using program = watch(subject, { columns: 200, rows: 60, withProbe: false, env });
  await program.until(subject.ready);
  await pause(1_000);
  const before = program.received();
  await pause(3_000);
  yield { what: "idle for 3 s: written", value: program.received() - before, unit: "bytes", bar: 0 };
  await program.quit(subject.quitKey);
}

async function* frozen(subject: Subject): AsyncGenerator<Figure> {
  await using program = watch(subject, { columns: 200, rows: 60, withProbe: true, env: subject.busy });
  await program.until(subject.ready);
  await pause(2_500);
  program.stall();
  await pause(6_000);
  const worstGapMs = program.probe()?.worstGapMs ?? Number.NaN;
  const before = program.received();
  program.resume();
  await pause(500);
  yield { what: "link frozen for 6 s: worst event-loop gap", value: worstGapMs, unit: "ms", bar: 60 };
  yield {
    what: "link frozen for 6 s: received in the 0.5 s after",
    value: (program.received() - before) / 1e3,
    unit: "KB",
  };
  await program.quit(subject.quitKey);
}

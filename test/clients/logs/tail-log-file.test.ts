import { appendFile, mkdtemp, open, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LogNews, type LogPlace, patternOf, tailLogFile } from "../../../src/clients/logs/index.ts";
import { systemClock } from "../../../src/ground/index.ts";

let dir = "";
let file = "";
let place: LogPlace;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "clawback-logs-"));
  file = join(dir, "openclaw.log");
  place = { kind: "file", path: file };
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const noon = Date.UTC(2026, 10, 20, 12);
const written = (number: number, more: object = {}): string =>
  `${JSON.stringify({ time: new Date(noon + number * 1_000).toISOString(), message: `line ${number}`, _meta: { logLevelName: "INFO" }, ...more })}\n`;
const many = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => written(from + index)).join("");

const messagesOf = (news: readonly LogNews[]): readonly string[] =>
  news.flatMap((each) => (each.kind === "lines" ? each.lines.map((line) => line.message) : []));
const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

type Wanted = Partial<Parameters<typeof tailLogFile>[1]>;
const tail = async (wanted: Wanted = {}): Promise<readonly LogNews[]> => {
  const options = { last: 10, filter: {}, follow: false, signal: new AbortController().signal, ...wanted };
  const news: LogNews[] = [];
  for await (const each of tailLogFile(place, options, systemClock)) news.push(each);
  return news;
};

/** Follows in the background; the test writes, and waits for what it wrote. */
const following = (
  last = 0,
): {
  readonly until: (done: (news: readonly LogNews[]) => boolean) => Promise<readonly LogNews[]>;
  readonly stop: () => Promise<void>;
} => {
  const stopper = new AbortController();
  const options = { last, filter: {}, follow: true, signal: stopper.signal };
  const stream = tailLogFile(place, options, systemClock);
  const news: LogNews[] = [];
  return {
    until: async (done) => {
      while (!done(news)) {
        const next = await stream.next();
        if (next.done === true) break;
        news.push(next.value);
      }
      return news;
    },
    stop: async () => {
      stopper.abort();
      await stream.return();
    },
  };
};
const saw =
  (message: string) =>
  (news: readonly LogNews[]): boolean =>
    messagesOf(news).includes(message);
const noticed =
  (text: RegExp) =>
  (news: readonly LogNews[]): boolean =>
    news.some((each) => each.kind === "notice" && text.test(each.text));

describe("the end of a log file", () => {
  it("is its last lines, oldest first", async () => {
    await writeFile(file, many(1, 50));
    expect(messagesOf(await tail({ last: 3 }))).toEqual(numbered(48, 50));
  });

  it("holds the lines that pass the filter, however far back they stand", async () => {
    await writeFile(file, written(0, { message: "needle" }) + many(1, 30_000));
    expect(messagesOf(await tail({ filter: { pattern: patternOf("needle") } }))).toEqual(["needle"]);
  });

  it("goes on into rotated files, but not into another family's", async () => {
    await writeFile(join(dir, "openclaw.2.log"), many(1, 5));
    await writeFile(join(dir, "openclaw.1.log"), many(6, 10));
    await writeFile(file, many(11, 15));
    await writeFile(join(dir, "openclaw.old.log"), many(90, 95));
    expect(messagesOf(await tail({ last: 12 }))).toEqual(numbered(4, 15));
  });

  it("is found by name among the daily files of its own profile", async () => {
    await writeFile(join(dir, "openclaw-2026-11-19.log"), many(1, 2));
    await writeFile(join(dir, "openclaw-2026-11-20.1.log"), many(3, 4));
    await writeFile(join(dir, "openclaw-2026-11-20.log"), many(5, 6));
    await writeFile(join(dir, "openclaw-rescue-2026-11-20.log"), many(90, 99));
    place = { kind: "daily", dir, family: "openclaw" };
    expect(messagesOf(await tail())).toEqual(numbered(1, 6));
  });

  it("leaves out what is still being written", async () => {
    await writeFile(file, `${many(1, 3)}{"message":"half of a li`);
    expect(messagesOf(await tail())).toEqual(numbered(1, 3));
  });

  it("keeps the beginning of a line longer than it is willing to hold", async () => {
    await writeFile(file, `${written(1)}begins here ${"x".repeat(3_000_000)}\n${written(2)}`);
    const messages = messagesOf(await tail());
    expect(messages).toHaveLength(3);
    expect(messages[1]).toMatch(/^begins here x+…$/);
  });

  it("is made harmless", async () => {
    await writeFile(file, written(1, { message: "a\u001b]52;c;aGk=\u0007b\u001b[2J" }));
    expect(messagesOf(await tail())).toEqual(["ab"]);
  });

  it("stops at the time asked for without reading what is older", async () => {
    await writeFile(file, many(1, 40_000));
    const news = await tail({
      last: 1_000_000,
      filter: { since: noon + 39_990_000 },
      budgetBytes: 1_000_000,
    });
    expect(messagesOf(news)).toEqual(numbered(39_990, 40_000));
    expect(noticed(/stopped looking/)(news)).toBe(false);
  });

  it("finds a moment long ago without reading what is newer", async () => {
    await writeFile(file, many(1, 200_000));
    const filter = { since: noon + 1_000_000, until: noon + 1_003_000 };
    const news = await tail({ last: 1_000, filter, budgetBytes: 4_000_000 });
    expect(messagesOf(news)).toEqual(numbered(1_000, 1_003));
  });

  it("says so when it stops before it has found enough", async () => {
    await writeFile(file, written(0, { message: "needle" }) + many(1, 30_000));
    const news = await tail({ filter: { pattern: patternOf("needle") }, budgetBytes: 300_000 });
    expect(messagesOf(news)).toEqual([]);
    expect(noticed(/stopped looking after/)(news)).toBe(true);
  });

  it("says so when there is no log", async () => {
    expect(await tail()).toEqual([{ kind: "notice", text: `there is no log at ${file} yet` }]);
  });

  it("is not read through a pipe or, in a shared folder, through a link", async () => {
    const makePipe = "mkfifo";
    execFileSync(makePipe, [file]);
    expect(messagesOf(await tail())).toEqual([]);
    await writeFile(join(dir, "secret"), many(1, 2));
    await symlink(join(dir, "secret"), join(dir, "openclaw-2026-11-20.log"));
    place = { kind: "daily", dir, family: "openclaw" };
    expect(messagesOf(await tail())).toEqual([]);
  });
});

describe("following a log file", () => {
  it("gives each new line, and one that is written in pieces only when it is whole", async () => {
    await writeFile(file, many(1, 2));
    const log = following(1);
    await log.until(saw("line 2"));
    const line = written(3);
    await appendFile(file, line.slice(0, 20));
    await appendFile(file, line.slice(20) + written(4));
    expect(messagesOf(await log.until(saw("line 4")))).toEqual(numbered(2, 4));
    await log.stop();
  });

  it("waits for a file that is not there yet", async () => {
    const log = following();
    await log.until(noticed(/no log/));
    await writeFile(file, many(1, 2));
    expect(messagesOf(await log.until(saw("line 2")))).toEqual(numbered(1, 2));
    await log.stop();
  });

  it("loses nothing when the file is rotated several times between two looks", async () => {
    await writeFile(file, many(1, 2));
    const log = following(2);
    await log.until(saw("line 2"));
    await appendFile(file, many(3, 4));
    await rename(file, join(dir, "openclaw.2.log"));
    await writeFile(join(dir, "openclaw.1.log"), many(5, 6));
    await writeFile(file, many(7, 8));
    expect(messagesOf(await log.until(saw("line 8")))).toEqual(numbered(1, 8));
    await log.stop();
  });

  it("goes on with the next day's file", async () => {
    const day = (date: string): string => join(dir, `openclaw-${date}.log`);
    place = { kind: "daily", dir, family: "openclaw" };
    await writeFile(day("2026-11-20"), many(1, 2));
    const log = following(1);
    await log.until(saw("line 2"));
    await appendFile(day("2026-11-20"), written(3));
    await writeFile(day("2026-11-21"), written(4));
    expect(messagesOf(await log.until(saw("line 4")))).toEqual(numbered(2, 4));
    await log.stop();
  });

  it("begins again when the file is truncated", async () => {
    await writeFile(file, many(1, 20));
    const log = following(1);
    await log.until(saw("line 20"));
    await truncate(file, 0);
    await log.until(noticed(/truncated/));
    await appendFile(file, written(21));
    expect(messagesOf(await log.until(saw("line 21")))).toEqual(["line 20", "line 21"]);
    await log.stop();
  });

  it("never gives a line twice or in pieces, however the writer cuts its writes", async () => {
    await writeFile(file, written(0));
    const log = following(1);
    await log.until(saw("line 0"));
    const writer = await open(file, "a");
    const text = Buffer.from(
      Array.from({ length: 400 }, (_, index) => written(index, { message: `é🦞 ${index}` })).join(""),
    );
    const reading = log.until(saw("é🦞 399"));
    for (let at = 0; at < text.length; at += 977) await writer.write(text.subarray(at, at + 977));
    expect(messagesOf(await reading).slice(1)).toEqual(
      Array.from({ length: 400 }, (_, index) => `é🦞 ${index}`),
    );
    await writer.close();
    await log.stop();
  });

  it("ends quietly when it is told to", async () => {
    await writeFile(file, many(1, 2));
    const log = following(2);
    await log.until(saw("line 2"));
    await expect(log.stop()).resolves.toBeUndefined();
  });
});

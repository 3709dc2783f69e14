import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Socket } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOutlet } from "../../src/ui/outlet.ts";
import { eventually } from "../support/soon.ts";

let directory = "";
let reader = -1;
let writer = -1;
let streams: Socket[] = [];
let failures: (string | undefined)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "clawback-outlet-"));
  const pipe = join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  writer = openSync(pipe, constants.O_WRONLY);
  streams = [];
  failures = [];
});
afterEach(() => {
  if (reader >= 0) closeSync(reader);
  for (const stream of streams) stream.destroy();
  // A stream closes what it writes to.
  if (streams.length === 0) closeSync(writer);
  rmSync(directory, { recursive: true });
});

/** A stream as Node makes one of a standard file that is a pipe. */
const streamOf = (): NodeJS.WriteStream => {
  const stream = new Socket({ fd: writer, readable: false, writable: true });
  streams.push(stream);
  return stream as unknown as NodeJS.WriteStream;
};

const outlet = () =>
  openOutlet(writer, streamOf, ({ code }) => {
    failures.push(code);
  });

/** All that can be read now: a letter may be cut in two. */
const read = (): Buffer => {
  const bytes = Buffer.alloc(1 << 20);
  let filled = 0;
  try {
    for (let got = -1; got !== 0; filled += got)
      got = readSync(reader, bytes, filled, bytes.length - filled, null);
  } catch (error) {
    expect(error).toMatchObject({ code: "EAGAIN" });
  }
  return bytes.subarray(0, filled);
};

describe.runIf(process.platform === "linux")("an outlet into a pipe", () => {
  it("writes at once, without a stream", () => {
    const { write, terminal } = outlet();
    write("ID  KIND\n");
    write("");
    write("ä✅\n");
    expect({ text: read().toString(), terminal, streams }).toEqual({
      text: "ID  KIND\nä✅\n",
      terminal: undefined,
      streams: [],
    });
  });

  it("waits for a reader that is slow beside everything else, and loses nothing", async () => {
    const { write } = outlet();
    const lines = Array.from({ length: 20_000 }, (_, at) => `${at} ✅ a line that is told\n`);
    lines.forEach(write);
    expect(streams).toHaveLength(1);
    const text = lines.join("");
    let got = Buffer.alloc(0);
    const readOn = (length: number) =>
      eventually(
        async () => (got = Buffer.concat([got, read()])),
        () => got.length >= length,
      );
    await readOn(Buffer.byteLength(text));
    expect(got.toString() === text).toBe(true);
    write("and goes on\n");
    await readOn(got.length + 1);
    expect({ end: got.toString().slice(text.length), streams: streams.length, failures }).toEqual({
      end: "and goes on\n",
      streams: 1,
      failures: [],
    });
  });

  it("tells when its reader is gone", async () => {
    const { write } = outlet();
    write("read\n");
    closeSync(reader);
    reader = -1;
    write("unread\n");
    await eventually(
      async () => failures,
      (codes) => codes.length > 0,
    );
    expect(failures).toEqual(["EPIPE"]);
  });
});

describe("an outlet into what is no terminal", () => {
  const noStream = (): never => {
    throw new Error("a stream was made");
  };
  const noFailure = (): never => {
    throw new Error("a failure was told");
  };

  it("writes into a file, behind what stands there, without a stream", () => {
    const path = join(directory, "file");
    writeFileSync(path, "before\n");
    const file = openSync(path, "a");
    const { write, terminal } = openOutlet(file, noStream, noFailure);
    write("ID  KIND\n");
    write("");
    write("ä✅\n");
    closeSync(file);
    expect({ text: readFileSync(path, "utf8"), terminal }).toEqual({
      text: "before\nID  KIND\nä✅\n",
      terminal: undefined,
    });
  });

  it("writes into nothing without a stream", () => {
    const file = openSync(devNull, "w");
    const { write, terminal } = openOutlet(file, noStream, noFailure);
    write("nobody reads this\n");
    closeSync(file);
    expect(terminal).toBeUndefined();
  });

  it("leaves to Node's stream what cannot be written", () => {
    const file = openSync(join(directory, "file"), constants.O_CREAT | constants.O_RDONLY);
    const told: string[] = [];
    const stream = new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        told.push(bytes.toString());
        done();
      },
    });
    const { write } = openOutlet(file, () => stream as unknown as NodeJS.WriteStream, noFailure);
    write("one\n");
    write("two\n");
    closeSync(file);
    expect(told).toEqual(["one\n", "two\n"]);
  });
});

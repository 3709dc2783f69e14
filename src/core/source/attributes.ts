import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { bytePath, bytesOfPath, type BytePath } from "../manifest/byte-path.ts";
import type { ExtendedAttribute } from "../manifest/entry.ts";

/**
 * Extended attributes, which Node cannot read or write: one short-lived python3 does it for any number of files. Where
 * there is none (or no such system calls, as on macOS) there are no attributes, and nobody claims otherwise.
 *
 * What is kept: what users set, access lists, and capabilities. What a system labels by itself (SELinux) it labels
 * again.
 */
const reader = String.raw`
import os, sys
kept = lambda n: n.startswith("user.") or n.startswith("system.posix_acl") or n == "security.capability"
out = sys.stdout.buffer
for path in sys.stdin.buffer.read().split(b"\0")[:-1]:
    try:
        for name in os.listxattr(path, follow_symlinks=False):
            if kept(name):
                value = os.getxattr(path, name, follow_symlinks=False)
                out.write(path.hex().encode() + b" " + os.fsencode(name).hex().encode() + b" " + value.hex().encode() + b"\n")
    except OSError:
        pass
`;

const writer = String.raw`
import os, sys
for line in sys.stdin.buffer.read().split(b"\n")[:-1]:
    path, name, value = (bytes.fromhex(part.decode()) for part in line.split(b" "))
    try:
        os.setxattr(path, name, value, follow_symlinks=False)
    except OSError:
        sys.stdout.buffer.write(path.hex().encode() + b"\n")
`;

export const readAttributes = async (
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, readonly ExtendedAttribute[]>> => {
  const found = new Map<BytePath, ExtendedAttribute[]>();
  if (process.platform !== "linux" || paths.length === 0) return found;
  const output = await run(
    reader,
    paths.map((path) => Buffer.concat([bytesOfPath(path), Buffer.of(0)])),
    signal,
  );
  for (const line of output.split("\n")) {
    const [path, name, value] = line.split(" ");
    if (path === undefined || name === undefined || value === undefined) continue;
    const key = bytePath(fromHex(path).toString("latin1"));
    const list = found.get(key) ?? [];
    list.push({ name: bytePath(fromHex(name).toString("latin1")), value: fromHex(value) });
    found.set(
      key,
      list.sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }
  return found;
};

/** Paths whose attributes could not be set. */
export const writeAttributes = async (
  wanted: readonly { readonly path: BytePath; readonly attributes: readonly ExtendedAttribute[] }[],
  signal: AbortSignal,
): Promise<readonly BytePath[]> => {
  if (wanted.length === 0) return [];
  if (process.platform !== "linux") return wanted.map(({ path }) => path);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const lines = wanted.flatMap(({ path, attributes }) =>
    attributes.map(({ name, value }) =>
      Buffer.from(`${hex(bytesOfPath(path))} ${hex(bytesOfPath(name))} ${hex(value)}\n`),
    ),
  );
  const output = await run(writer, lines, signal);
  return output
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [bytePath(fromHex(line).toString("latin1"))]));
};

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");

/** The system's own first: what the search path finds may be a wrapper that takes ten times as long to start. */
const python = (): string => (existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

/** The output of python3, empty when there is none. */
const run = async (program: string, input: readonly Uint8Array[], signal: AbortSignal): Promise<string> => {
  const child = spawn(python(), ["-I", "-S", "-c", program], {
    stdio: ["pipe", "pipe", "ignore"],
    signal,
    // A ctrl-c at the terminal is for us alone: we end it in good order.
    detached: true,
  });
  const started = new Promise<boolean>((resolve) => {
    child.once("spawn", () => {
      resolve(true);
    });
    child.once("error", () => {
      resolve(false);
    });
  });
  if (!(await started)) return "";
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", () => {
      resolve();
    });
    child.once("error", reject);
  });
  await Promise.all([pipeline(Readable.from(input), child.stdin), ended]);
  return Buffer.concat(parts).toString("latin1");
};

import { constants, fstatSync, openSync, statSync, writeSync, type Stats } from "node:fs";
import { devNull } from "node:os";
import { errnoOf } from "../ground/index.ts";

/** One of the two places where a command line prints. */
export type Outlet = {
  readonly write: (text: string) => void;
  /** Node's own stream, where it is a terminal: its size, and what draws on it. */
  readonly terminal: NodeJS.WriteStream | undefined;
};

/**
 * Into a file, a pipe, or nothing it writes by itself, into a pipe as much as it takes at once: for each of them Node has
 * streams, for a pipe even sockets, and a command that prints one table would load them for that alone. Nothing waits and
 * nothing is lost: once a pipe is full, when something fails, and for everything else, Node's stream has the rest and all
 * that follows. The stream is made when it is needed, or where it may be a terminal.
 */
export const openOutlet = (
  file: number,
  stream: () => NodeJS.WriteStream,
  onError: (error: NodeJS.ErrnoException) => void,
): Outlet => {
  let made: NodeJS.WriteStream | undefined;
  const nodes = (): NodeJS.WriteStream => (made ??= stream().on("error", onError));
  const kind = fstatSync(file);
  if (kind.isCharacterDevice() && !isNothing(kind)) {
    const { isTTY } = nodes();
    return { write: (text) => void nodes().write(text), terminal: isTTY ? nodes() : undefined };
  }
  const isOurs = kind.isFIFO() || kind.isFile() || isNothing(kind);
  let open: number | undefined;
  return {
    write: (text) => {
      if (text === "") return;
      if (made !== undefined || !isOurs) return void nodes().write(text);
      const bytes = Buffer.from(text);
      let written = 0;
      try {
        open ??= kind.isFIFO()
          ? openSync(`/proc/self/fd/${file}`, constants.O_WRONLY | constants.O_NONBLOCK)
          : file;
        while (written < bytes.length) written += writeSync(open, bytes, written);
      } catch (error) {
        // Full, without a reader, or no such way to it here: the stream finds out, and tells what it is.
        if (errnoOf(error) === undefined) throw error;
        nodes().write(bytes.subarray(written));
      }
    },
    terminal: undefined,
  };
};

/** Where a script sends what it does not want to read. */
const isNothing = ({ rdev }: Stats): boolean =>
  rdev !== 0 && rdev === statSync(devNull, { throwIfNoEntry: false })?.rdev;

import { constants, fstatSync, openSync, writeSync } from "node:fs";

/** One of the two places where a command line prints. */
export type Outlet = {
  readonly write: (text: string) => void;
  /** Node's own stream, where it is a terminal: its size, and what draws on it. */
  readonly terminal: NodeJS.WriteStream | undefined;
};

/**
 * Into a pipe it writes by itself as much as the pipe takes at once: what Node has for a pipe are sockets, and a command
 * that prints one table would load them for that alone. Nothing waits and nothing is lost: once the pipe is full, and
 * for everything that is no pipe, Node's stream has the rest and all that follows. The stream is made when it is needed.
 */
export const openOutlet = (
  file: number,
  stream: () => NodeJS.WriteStream,
  onError: (error: NodeJS.ErrnoException) => void,
): Outlet => {
  let made: NodeJS.WriteStream | undefined;
  const nodes = (): NodeJS.WriteStream => (made ??= stream().on("error", onError));
  if (!fstatSync(file).isFIFO()) {
    const { isTTY } = nodes();
    return { write: (text) => void nodes().write(text), terminal: isTTY ? nodes() : undefined };
  }
  let pipe: number | undefined;
  return {
    write: (text) => {
      if (text === "") return;
      if (made !== undefined) return void made.write(text);
      const bytes = Buffer.from(text);
      let written = 0;
      try {
        pipe ??= openSync(`/proc/self/fd/${file}`, constants.O_WRONLY | constants.O_NONBLOCK);
        while (written < bytes.length) written += writeSync(pipe, bytes, written);
      } catch (error) {
        // Full, without a reader, or no such way to it here: the stream finds out, and tells what it is.
        if (!(error instanceof Error && "code" in error)) throw error;
        nodes().write(bytes.subarray(written));
      }
    },
    terminal: undefined,
  };
};

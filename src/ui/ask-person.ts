import { setImmediate as nextTurn } from "node:timers/promises";
import type { Outlet } from "./outlet.ts";

/** How an answer is typed: a secret stays off the screen, and out of what a terminal keeps of it. */
export type Typing = "seen" | "hidden";

/**
 * Puts a question to the person at the terminal: undefined when there is none, empty when she left with ctrl-d. The line
 * editor takes ctrl-c for itself, and hands it to `onInterrupt`.
 */
export const askPerson = async (
  question: string,
  typing: Typing,
  err: Outlet,
  { signal, onInterrupt }: { readonly signal: AbortSignal; readonly onInterrupt: () => void },
): Promise<string | undefined> => {
  if (!process.stdin.isTTY || err.terminal === undefined) return undefined;
  const { createInterface } = await import("node:readline/promises");
  await leaveUnread(process.stdin, onInterrupt);
  const isHidden = typing === "hidden";
  const lines = createInterface({
    input: process.stdin,
    output: isHidden ? await intoNothing() : err.terminal,
    terminal: true,
    historySize: 0,
  });
  lines.on("SIGINT", onInterrupt);
  const closed = new Promise<undefined>((resolve) => {
    lines.once("close", () => {
      resolve(undefined);
    });
  });
  try {
    // From here on the terminal itself repeats nothing that is typed.
    if (isHidden) err.write(question);
    const answer = await Promise.race([lines.question(isHidden ? "" : question, { signal }), closed]);
    // The line of the question is still open where nothing of the answer was shown, or where it was left with ctrl-d.
    if (isHidden || answer === undefined) err.write("\n");
    return answer ?? "";
  } finally {
    lines.close();
  }
};

const ctrlC = 3;

/** What was typed before a question could be read answers nothing. Handed over raw, it need not end with a line. */
const leaveUnread = async (input: NodeJS.ReadStream, onInterrupt: () => void): Promise<void> => {
  const leave = (bytes: Buffer): void => {
    if (bytes.includes(ctrlC)) onInterrupt();
  };
  input.setRawMode(true);
  input.on("data", leave);
  try {
    // What lies there is read between two turns.
    await nextTurn();
    await nextTurn();
  } finally {
    input.off("data", leave);
    input.pause();
    input.setRawMode(false);
  }
};

const intoNothing = async (): Promise<NodeJS.WritableStream> => {
  const { Writable } = await import("node:stream");
  return new Writable({
    write: (_bytes, _encoding, done) => {
      done();
    },
  });
};

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BytePath } from "../manifest/byte-path.ts";
import { entryUrl } from "../system/threads.ts";
import type { CaptureAnswer, CaptureQuestion, DatabaseMark } from "./capture-words.ts";

/** The capturing process ended before it was told to: whatever was read meanwhile is worth nothing. */
export class CaptureLost extends Error {
  override readonly name = "CaptureLost";
}

export type Capture = AsyncDisposable & {
  readonly marks: readonly DatabaseMark[];
  /** Per database: whether the mark still holds. Asked after the files have been read. */
  readonly confirm: () => Promise<readonly boolean[]>;
};

/** Begins a read transaction on every database and keeps them, at one common moment, until disposed. */
export const holdDatabases = async (paths: readonly BytePath[], signal: AbortSignal): Promise<Capture> => {
  const child = fork(fileURLToPath(entryUrl("capture.child", import.meta.url)), [], {
    // A ctrl-c at the terminal is for us alone: we end it in good order.
    detached: true,
    // SQLite in Node is announced as experimental; that is no news for the screen.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--no-warnings"],
  });
  const ask = (question: CaptureQuestion): Promise<CaptureAnswer> => exchange(child, question, signal);
  try {
    const held = await ask({ kind: "hold", databases: paths });
    if (held.kind !== "held") throw new CaptureLost("an answer to another question");
    return {
      marks: held.marks,
      confirm: async () => {
        const confirmed = await ask({ kind: "confirm" });
        return confirmed.kind === "confirmed" ? confirmed.standing : [];
      },
      [Symbol.asyncDispose]: () => letGo(child),
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
};

const exchange = (
  child: ChildProcess,
  question: CaptureQuestion,
  signal: AbortSignal,
): Promise<CaptureAnswer> =>
  new Promise((resolve, reject) => {
    const done = () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onExit);
      signal.removeEventListener("abort", onAbort);
    };
    const onMessage = (answer: CaptureAnswer) => {
      done();
      resolve(answer);
    };
    const onExit = () => {
      done();
      reject(new CaptureLost("the process that held the databases ended"));
    };
    const onAbort = () => {
      done();
      reject(signal.reason instanceof Error ? signal.reason : new Error("interrupted"));
    };
    child.on("message", onMessage);
    child.on("exit", onExit);
    child.on("error", onExit);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else if (child.connected) child.send(question);
    else onExit();
  });

const letGo = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  if (child.connected) child.send({ kind: "release" } satisfies CaptureQuestion);
  else child.kill("SIGKILL");
  await gone;
};

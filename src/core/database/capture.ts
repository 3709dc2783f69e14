import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BytePath } from "../manifest/byte-path.ts";
import { childProcesses } from "../system/late.ts";
import { entryUrl, withKeptCode } from "../system/threads.ts";
import type { CaptureAnswer, CaptureQuestion, DatabaseMark } from "./capture-words.ts";

/** The capturing process ended before it was told to: whatever was read meanwhile is worth nothing. */
export class CaptureLost extends Error {
  override readonly name = "CaptureLost";
}

export type Capture = {
  readonly marks: readonly DatabaseMark[];
  /** Per database: whether the mark still holds. Asked after the files have been read. */
  readonly confirm: () => Promise<readonly boolean[]>;
};

/** A process that holds databases for us, until it is disposed. */
export type Holder = AsyncDisposable & {
  /** Begins a read transaction on every one, all at one common moment. Once only. */
  readonly hold: (paths: readonly BytePath[], signal: AbortSignal) => Promise<Capture>;
};

/** Starting it takes as long as reading the last manifest: it may be started before it is known what to hold. */
export const startHolder = (): Holder => {
  const child = childProcesses().fork(fileURLToPath(entryUrl("capture.child", import.meta.url)), [], {
    // A ctrl-c at the terminal is for us alone: we end it in good order.
    detached: true,
    // SQLite in Node is announced as experimental; that is no news for the screen.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--no-warnings"],
    env: withKeptCode(),
  });
  // That it could not be started is said when something is asked of it.
  child.on("error", () => undefined);
  return {
    hold: async (paths, signal) => {
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
        };
      } catch (error) {
        child.kill("SIGKILL");
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => letGo(child),
  };
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
  // Without a number it never came to be, and will not end either.
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  // Then all it held is let go. Its own end may take for ever (nodejs/node#54918), and nobody needs it.
  child.once("disconnect", () => child.kill("SIGKILL"));
  // It may be ending by itself this very moment; that it is gone is all that is waited for.
  if (child.connected) child.send({ kind: "release" } satisfies CaptureQuestion, () => undefined);
  else child.kill("SIGKILL");
  await gone;
};

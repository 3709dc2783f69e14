import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BytePath } from "../manifest/byte-path.ts";
import { childProcesses } from "../system/late.ts";
import { entryUrl, withKeptCode } from "../system/threads.ts";
import type { BlockIds, PageIds } from "./block-ids.ts";
import type { CaptureAnswer, CaptureQuestion, DatabaseMark } from "./capture-words.ts";

/** The capturing process ended before it was told to: whatever was read meanwhile is worth nothing. */
export class CaptureLost extends Error {
  override readonly name = "CaptureLost";
}

/** What the process that holds a database tells of its file, while this one does something else. */
export type HeldDatabase = {
  readonly blocks: (from: number, to: number) => Promise<BlockIds>;
  /** Of the blocks that begin there. */
  readonly pages: (blocks: readonly number[], pageBytes: number) => Promise<PageIds>;
};

export type Capture = {
  readonly marks: readonly DatabaseMark[];
  readonly databases: readonly HeldDatabase[];
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
      const ask = conversation(child, signal);
      try {
        const { marks } = await ask({ kind: "hold", databases: paths }, "held");
        return {
          marks,
          databases: paths.map((_, database): HeldDatabase => ({
            blocks: async (from, to) => {
              const { bytes, ids } = await ask({ kind: "blocks", database, from, to }, "blocks");
              return { bytes, ids: Buffer.from(ids, "base64") };
            },
            pages: async (blocks, pageBytes) => {
              const { lengths, ids } = await ask({ kind: "pages", database, blocks, pageBytes }, "pages");
              return { lengths, ids: Buffer.from(ids, "base64") };
            },
          })),
          confirm: async () => (await ask({ kind: "confirm" }, "confirmed")).standing,
        };
      } catch (error) {
        child.kill("SIGKILL");
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => letGo(child),
  };
};

/** Asks one question after the other without waiting: answers come in the order of the questions. */
const conversation = (child: ChildProcess, signal: AbortSignal) => {
  const waiting: PromiseWithResolvers<CaptureAnswer>[] = [];
  let over: Error | undefined;
  const end = (error: Error): void => {
    over ??= error;
    signal.removeEventListener("abort", onAbort);
    for (const { reject } of waiting.splice(0)) reject(over);
  };
  const onAbort = (): void => {
    end(signal.reason instanceof Error ? signal.reason : new Error("interrupted"));
  };
  const onExit = (): void => {
    end(new CaptureLost("the process that held the databases ended"));
  };
  child.on("message", (answer: CaptureAnswer) => waiting.shift()?.resolve(answer));
  child.on("exit", onExit);
  child.on("error", onExit);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  else if (!child.connected) onExit();
  return async <Kind extends CaptureAnswer["kind"]>(
    question: CaptureQuestion,
    expected: Kind,
  ): Promise<Extract<CaptureAnswer, { readonly kind: Kind }>> => {
    if (over !== undefined) throw over;
    const asked = Promise.withResolvers<CaptureAnswer>();
    waiting.push(asked);
    child.send(question);
    const answer = await asked.promise;
    if (!isOfKind(answer, expected)) throw new CaptureLost("an answer to another question");
    return answer;
  };
};

const isOfKind = <Kind extends CaptureAnswer["kind"]>(
  answer: CaptureAnswer,
  kind: Kind,
): answer is Extract<CaptureAnswer, { readonly kind: Kind }> => answer.kind === kind;

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

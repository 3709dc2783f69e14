import { dirname } from "node:path";
import { workerThreads } from "./late.ts";
import { thrownInThread } from "./thread-problem.ts";

/**
 * Where a file of this program that runs by itself lies: `name` beside the caller as source, or flat in dist once
 * bundled, where callers may stand in dist itself or in dist/chunks.
 */
export const entryUrl = (name: string, callerUrl: string): URL => {
  if (callerUrl.endsWith(".ts")) return new URL(`./${name}.ts`, callerUrl);
  return new URL(callerUrl.includes("/chunks/") ? `../${name}.js` : `./${name}.js`, callerUrl);
};

/** The environment of our own threads and processes: they find the kept code where this program keeps it. */
export const withKeptCode = (): NodeJS.ProcessEnv => {
  const place = process.getBuiltinModule("node:module").getCompileCacheDir();
  // What is kept for one Node lies in a directory below the one that was named.
  return place === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(place) };
};

/** Threads keep a small young generation: their data lies in buffers, and garbage should go early. */
const threadLimits = { maxYoungGenerationSizeMb: 2 } as const;

export type Crew<Job, Answer> = {
  /** Runs one job on whichever thread is free next. */
  readonly run: (job: Job) => Promise<Answer>;
  /** Runs one job on every thread. */
  readonly each: (job: Job) => Promise<readonly Answer[]>;
  /** What no thread has in hand yet is given up. */
  readonly abandon: () => void;
  readonly dismiss: () => Promise<void>;
};

type Waiting<Job, Answer> = {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/** Jobs a thread has in hand: one running, one waiting, so that it never idles for an answer to travel. */
const inHand = 2;

export type ThreadAnswer<Answer> =
  { readonly kind: "done"; readonly answer: Answer } | { readonly kind: "failed"; readonly error: unknown };

/** Starts threads that answer each message in turn with a ThreadAnswer. A thread that dies fails what it had in hand. */
export const hire = <Job, Answer>(entry: URL, count: number, setup: unknown): Crew<Job, Answer> => {
  const queue: Waiting<Job, Answer>[] = [];
  const members = Array.from({ length: count }, () => {
    const worker = new (workerThreads().Worker)(entry, {
      workerData: setup,
      resourceLimits: threadLimits,
      env: withKeptCode(),
    });
    const hands: Waiting<Job, Answer>[] = [];
    let dead: unknown;
    const next = () => {
      while (dead === undefined && hands.length < inHand) {
        const waiting = queue.shift();
        if (waiting === undefined) return;
        give(waiting);
      }
    };
    const give = (waiting: Waiting<Job, Answer>) => {
      if (dead !== undefined) {
        waiting.reject(dead);
        return;
      }
      hands.push(waiting);
      worker.postMessage(waiting.job);
    };
    const fail = (error: unknown) => {
      dead ??= error;
      for (const waiting of hands.splice(0)) waiting.reject(error);
      if (members.every((member) => member.isDead()))
        for (const waiting of queue.splice(0)) waiting.reject(error);
    };
    worker.on("message", (answer: ThreadAnswer<Answer>) => {
      const waiting = hands.shift();
      if (answer.kind === "done") waiting?.resolve(answer.answer);
      else waiting?.reject(thrownInThread(answer.error));
      next();
    });
    worker.on("error", fail);
    worker.on("exit", () => {
      fail(new Error("a thread ended early"));
    });
    return { worker, give, next, isDead: () => dead !== undefined };
  });
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        for (const member of members) member.next();
        if (members.every((member) => member.isDead())) {
          for (const waiting of queue.splice(0)) waiting.reject(new Error("all threads have ended"));
        }
      }),
    each: (job) =>
      Promise.all(
        members.map(
          (member) =>
            new Promise<Answer>((resolve, reject) => {
              member.give({ job, resolve, reject });
            }),
        ),
      ),
    abandon: () => {
      for (const waiting of queue.splice(0)) waiting.reject(new Error("no longer wanted"));
    },
    dismiss: async () => {
      await Promise.all(members.map((member) => member.worker.terminate()));
    },
  };
};

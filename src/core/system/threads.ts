import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { liftFlags } from "../../ground/index.ts";
import { workerThreads } from "./late.ts";
import { loadNativePackages } from "./native.ts";
import { keepFreedMemory } from "./release.ts";
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

/** Who does what takes long. */
export type Hands =
  /** Threads beside this one, which stays free for a screen. */
  | "threads"
  /** This one works as well: it has nothing better to do, and one thread fewer has to come up. */
  | "threads-and-this-one"
  | "this-one";

/** Each takes some 25 MB, and two already saturate most disks. */
const mostHands = 3;

/** How many threads to start for work that is worth them. */
const threadCount = (hands: Hands): number => {
  const all = Math.max(1, Math.min(mostHands, availableParallelism()));
  if (hands === "this-one") return 0;
  return hands === "threads" ? all : all - 1;
};

/** Does one job after the other: on a thread of its own, or on this one. */
export type Hand<Job, Answer> = (job: Job) => Promise<Answer>;

/** When a job is taken up: behind those that wait, or before them, behind others that came before them. */
export type Order = "in turn" | "next";

export type Crew<Job, Answer> = {
  /** Runs one job on whichever hand is free next. */
  readonly run: (job: Job, order?: Order) => Promise<Answer>;
  /** Runs one job on every hand. */
  readonly each: (job: Job) => Promise<readonly Answer[]>;
  /** What no hand has begun yet is given up. */
  readonly abandon: () => void;
  readonly dismiss: () => Promise<void>;
};

type Waiting<Job, Answer> = {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

type Member<Job, Answer> = {
  readonly give: (waiting: Waiting<Job, Answer>) => void;
  /** Takes from the queue what it can begin, or what it can begin next. */
  readonly next: () => void;
  readonly isDead: () => boolean;
  readonly dismiss: () => Promise<unknown>;
};

/** What waits for a free hand: two lines, and the one in turn moves when the other is empty. */
class Queue<Job, Answer> {
  readonly #lines: Record<Order, Waiting<Job, Answer>[]> = { next: [], "in turn": [] };

  add(waiting: Waiting<Job, Answer>, order: Order): void {
    this.#lines[order].push(waiting);
  }

  take(): Waiting<Job, Answer> | undefined {
    return this.#lines.next.shift() ?? this.#lines["in turn"].shift();
  }

  takeAll(): readonly Waiting<Job, Answer>[] {
    return [...this.#lines.next.splice(0), ...this.#lines["in turn"].splice(0)];
  }
}

export type ThreadAnswer<Answer> =
  /** Before any other: all its code is loaded. */
  | { readonly kind: "up" }
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly error: unknown };

export type Hiring<Job, Answer> = {
  readonly hands: Hands;
  /** Otherwise this thread does it, whoever else could: a thread takes a while to come up. */
  readonly isWorthThreads: boolean;
  /** The file that a thread runs; it answers each message in turn with a ThreadAnswer. */
  readonly entry: URL;
  readonly setup: unknown;
  /** This thread's own hand, made when it works. */
  readonly own: () => Hand<Job, Answer>;
};

/** A thread that dies fails what it had in hand. */
export const hire = <Job, Answer>(hiring: Hiring<Job, Answer>): Crew<Job, Answer> => {
  const { hands, isWorthThreads, entry, setup, own } = hiring;
  const threads = isWorthThreads ? threadCount(hands) : 0;
  // Whatever the hands do, they do with one buffer of a megabyte after the other.
  keepFreedMemory();
  const queue = new Queue<Job, Answer>();
  const giveUpAll = (error: unknown): void => {
    for (const waiting of queue.takeAll()) waiting.reject(error);
  };
  const giveUpWithoutHands = (error: unknown): void => {
    if (members.every((member) => member.isDead())) giveUpAll(error);
  };
  const members: readonly Member<Job, Answer>[] = [
    ...Array.from({ length: threads }, () => threadMember(entry, setup, queue, giveUpWithoutHands)),
    // Last: it takes what the threads have no hand free for.
    ...(threads === 0 || hands === "threads-and-this-one" ? [ownMember(own(), queue)] : []),
  ];
  // After the threads have been started, and before they have come so far.
  if (threads > 0) loadNativePackages();
  return {
    run: (job, order = "in turn") =>
      new Promise((resolve, reject) => {
        queue.add({ job, resolve, reject }, order);
        for (const member of members) member.next();
        giveUpWithoutHands(new Error("all threads have ended"));
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
      giveUpAll(new Error("no longer wanted"));
    },
    dismiss: async () => {
      await Promise.all(members.map((member) => member.dismiss()));
    },
  };
};

/** Jobs a thread has in hand: one running, one waiting, so that it never idles for an answer to travel. */
const inHand = 2;

const threadMember = <Job, Answer>(
  entry: URL,
  setup: unknown,
  queue: Queue<Job, Answer>,
  onDeath: (error: unknown) => void,
): Member<Job, Answer> => {
  const risen = liftFlags();
  const worker = new (workerThreads().Worker)(entry, {
    workerData: setup,
    resourceLimits: threadLimits,
    env: withKeptCode(),
  });
  const hands: Waiting<Job, Answer>[] = [];
  let dead: unknown;
  const give = (waiting: Waiting<Job, Answer>): void => {
    if (dead !== undefined) {
      waiting.reject(dead);
      return;
    }
    hands.push(waiting);
    worker.postMessage(waiting.job);
  };
  const next = (): void => {
    while (dead === undefined && hands.length < inHand) {
      const waiting = queue.take();
      if (waiting === undefined) return;
      give(waiting);
    }
  };
  const fail = (error: unknown): void => {
    dead ??= error;
    risen();
    for (const waiting of hands.splice(0)) waiting.reject(error);
    onDeath(error);
  };
  worker.on("message", (answer: ThreadAnswer<Answer>) => {
    if (answer.kind === "up") {
      risen();
      return;
    }
    const waiting = hands.shift();
    if (answer.kind === "done") waiting?.resolve(answer.answer);
    else waiting?.reject(thrownInThread(answer.error));
    next();
  });
  worker.on("error", fail);
  worker.on("exit", () => {
    fail(new Error("a thread ended early"));
  });
  return { give, next, isDead: () => dead !== undefined, dismiss: () => worker.terminate() };
};

/** One job after the other, each in a turn of the event loop of its own, so that whoever shares this thread can breathe. */
const ownMember = <Job, Answer>(hand: Hand<Job, Answer>, queue: Queue<Job, Answer>): Member<Job, Answer> => {
  let last: Promise<void> = Promise.resolve();
  let given = 0;
  const takeNext = (): void => {
    if (given > 0) return;
    const waiting = queue.take();
    if (waiting !== undefined) give(waiting);
  };
  const give = ({ job, resolve, reject }: Waiting<Job, Answer>): void => {
    given += 1;
    last = last.then(async () => {
      await breathe();
      await hand(job).then(resolve, reject);
      given -= 1;
      takeNext();
    });
  };
  return { give, next: takeNext, isDead: () => false, dismiss: () => last };
};

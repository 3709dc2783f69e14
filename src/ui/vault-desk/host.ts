import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { HostFigures } from "../console/index.ts";

/** How the machine does on which a vault lies, for as long as somebody looks. */
export type HostGauge = {
  /** What its system does not tell is absent. */
  readonly read: (at: number) => Promise<HostFigures>;
  readonly end: () => Promise<void>;
};

/**
 * Read in a thread of its own: what tells it starts programs and waits for them, a tenth of a second each time, and
 * meanwhile nobody would answer a key.
 */
export const hostGauge = (path: string): HostGauge => {
  let thread: Worker | undefined;
  const start = (): Worker => {
    const worker = new Worker(entry, { workerData: path, resourceLimits: { maxYoungGenerationSizeMb: 2 } });
    const forget = (): void => {
      if (thread === worker) thread = undefined;
    };
    // Whoever waits for it hears of it as well; the next one who asks is answered by another.
    return worker.on("error", forget).on("exit", forget);
  };
  return {
    read: async (at) => {
      const asked = (thread ??= start());
      const over = new AbortController();
      const { signal } = over;
      asked.postMessage("now");
      try {
        // One that is ended meanwhile has nothing to tell.
        const ended = once(asked, "exit", { signal }).then(() => [{}]);
        const [figures] = (await Promise.race([once(asked, "message", { signal }), ended])) as [
          Omit<HostFigures, "at">,
        ];
        return { at, ...figures };
      } finally {
        over.abort();
      }
    },
    end: async () => {
      const ending = thread;
      thread = undefined;
      await ending?.terminate();
    },
  };
};

/** Beside this file as source; flat in dist once bundled, where this file lies a folder deeper. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./host.worker.ts" : "../host.worker.js",
  import.meta.url,
);

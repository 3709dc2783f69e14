import { cachedDataVersionTag } from "node:v8";
import { hire } from "../../../src/core/system/threads.ts";
import { keepMemorySteadyFor } from "../../../src/ground/index.ts";

/** Says under which flags V8 is from one step to the next, and under which a thread has loaded its code. */
const none = cachedDataVersionTag();
keepMemorySteadyFor(20);
const few = cachedDataVersionTag();
keepMemorySteadyFor(4_000);
const many = cachedDataVersionTag();
const startThreads = async () => {
  const crew = hire<undefined, number>({
    hands: "threads",
    isWorthThreads: true,
    entry: new URL("./flags.worker.ts", import.meta.url),
    setup: undefined,
    own: () => () => Promise.reject(new Error("no thread was started")),
  });
  const rising = cachedDataVersionTag();
  const [thread] = await crew.each(undefined);
  await crew.dismiss();
  return { rising, thread, risen: cachedDataVersionTag() };
};
const lifted = await startThreads();
keepMemorySteadyFor(20_000);
const veryMany = cachedDataVersionTag();
const held = await startThreads();
console.log(JSON.stringify({ none, few, many, veryMany, lifted, held }));

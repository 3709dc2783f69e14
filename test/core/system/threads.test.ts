import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { hire, type Crew, type Hands, type Order } from "../../../src/core/system/threads.ts";
import { whereHand, type WhereAnswer, type WhereJob } from "../support/where.ts";

const here = 0;

const crewOf = (hands: Hands, isWorthThreads = true): Crew<WhereJob, WhereAnswer> =>
  hire<WhereJob, WhereAnswer>({
    hands,
    isWorthThreads,
    entry: new URL("../support/where.worker.ts", import.meta.url),
    setup: undefined,
    own: () => whereHand(here),
  });

/** Which threads did sixty jobs; every one of them must have been done. */
const whoWorked = async (crew: Crew<WhereJob, WhereAnswer>): Promise<ReadonlySet<number>> => {
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => crew.run({ number })));
  await crew.dismiss();
  expect(answers.map(({ number }) => number)).toEqual(numbers);
  return new Set(answers.map(({ thread }) => thread));
};

type FlagsSeen = {
  readonly none: number;
  readonly few: number;
  readonly many: number;
  readonly veryMany: number;
  readonly lifted: unknown;
  readonly held: unknown;
};

/** In a process of its own: flags are all threads'. */
const flagsSeen = (): FlagsSeen => {
  const script = new URL("../support/flags.child.ts", import.meta.url).pathname;
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as FlagsSeen;
};

describe("hands", () => {
  it("load their code under no flag, so that what was compiled once is good for them, but not beside very many names", () => {
    const { none, few, many, veryMany, lifted, held } = flagsSeen();
    expect(few).toBe(none);
    expect(many).not.toBe(none);
    expect(lifted).toEqual({ rising: none, thread: none, risen: many });
    expect(veryMany).not.toBe(none);
    expect(held).toEqual({ rising: veryMany, thread: veryMany, risen: veryMany });
  });

  it("on threads leave this one alone", async () => {
    expect((await whoWorked(crewOf("threads"))).has(here)).toBe(false);
  });

  it("on threads and on this one share the work", async () => {
    const worked = await whoWorked(crewOf("threads-and-this-one"));
    expect(worked.has(here)).toBe(true);
    expect(worked.size > 1).toBe(availableParallelism() > 1);
  });

  it("on this one start no thread, nor does work that is not worth one", async () => {
    expect(await whoWorked(crewOf("this-one"))).toEqual(new Set([here]));
    expect(await whoWorked(crewOf("threads", false))).toEqual(new Set([here]));
  });

  it("do what was asked for next before what waits in turn", async () => {
    const crew = crewOf("this-one");
    const order: number[] = [];
    const run = async (number: number, how?: Order): Promise<void> => {
      order.push((await crew.run({ number }, how)).number);
    };
    await Promise.all([run(0), run(1), run(2), run(10, "next"), run(11, "next")]);
    await crew.dismiss();
    // The first was in hand already.
    expect(order).toEqual([0, 10, 11, 1, 2]);
  });

  it("each get what is meant for all", async () => {
    const crew = crewOf("threads-and-this-one");
    const answers = await crew.each({ number: 7 });
    await crew.dismiss();
    expect(answers.some(({ thread }) => thread === here)).toBe(true);
    expect(new Set(answers.map(({ thread }) => thread)).size).toBe(answers.length);
  });

  it.for(["threads", "this-one"] as const)("%s: a job that fails takes no other with it", async (hands) => {
    const crew = crewOf(hands);
    const [failed, next] = await Promise.allSettled([
      crew.run({ number: 1, fails: true }),
      crew.run({ number: 2 }),
    ]);
    await crew.dismiss();
    expect(failed).toMatchObject({ status: "rejected", reason: { message: "job 1 failed" } });
    expect(next).toMatchObject({ status: "fulfilled", value: { number: 2 } });
  });

  it("give up what none of them has begun", async () => {
    const crew = crewOf("this-one");
    const begun = crew.run({ number: 1 });
    const waiting = crew.run({ number: 2 });
    crew.abandon();
    await expect(waiting).rejects.toThrow("no longer wanted");
    await expect(begun).resolves.toMatchObject({ number: 1 });
    await crew.dismiss();
  });
});

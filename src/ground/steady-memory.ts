/**
 * V8 trusts no code that was compiled under other flags, not even what came with Node: once one is set, each module of
 * Node's is compiled anew, in every thread. That is a sixth of a listing and more of a first frame. So none is set before
 * the code is loaded, they are lifted while a thread loads its own, and they are taken back at the end, when what was
 * compiled is kept for a start that has none.
 */
const shortCommandMs = 250;

/** For whatever takes longer than a short command. Who makes much garbage before that asks for it himself. */
export const keepMemorySteadySoon = (): void => {
  soon = setTimeout(keepMemorySteady, shortCommandMs).unref();
};

let soon: NodeJS.Timeout | undefined;

/** For a console, which loads the most of its code behind the first frame: `keepMemorySmall` comes when that is done. */
export const putMemoryOff = (): void => {
  clearTimeout(soon);
};

type Flag = readonly [set: string, undone: string];

/**
 * A young generation that never grows, and that everything new begins in. What runs for days makes small garbage
 * steadily, and the halves that were needed once would stay for ever; and what a fleet says at the beginning is kept, from
 * which V8 concludes that its kind is always kept, and makes it among the old things at once, where garbage lies for ten
 * seconds. With 500 gateways at 10 events a second (`npm run bench -- fleet`) 380 to 395 MB resident without either, 300
 * to 335 with the first, 215 to 230 with both, and no more of a core. Whoever goes through thousands of names keeps an
 * object for each, for which the halves grow to 33 MB in a quarter of a second; small ones cost him no more time.
 *
 * V8 takes the first only of a program that runs: on the command line it makes a 2 of it.
 */
const steady: readonly Flag[] = [
  ["--semi-space-growth-factor=1", "--semi-space-growth-factor=2"],
  ["--no-allocation-site-pretenuring", "--allocation-site-pretenuring"],
];

const keepMemorySteady = (): void => {
  setUntilExit(steady);
};

/** For whoever goes through so many names: with many it is no short command, and has its code by now. */
export const keepMemorySteadyFor = (names: number): void => {
  if (names >= manyNames) keepMemorySteady();
  if (names < namesToHoldFor) return;
  isHeld = true;
  setUntilExit(small);
};

const manyNames = 2_048;

/**
 * With so many the flags stay while threads load their code, 40 ms of a processor each, which is little beside the names. On
 * a busy machine a thread is seconds about it: in a restore of 20,000 files, which starts four, the halves grew to 58 MB.
 */
const namesToHoldFor = 10_000;
let isHeld = false;

/**
 * V8's small ways: it looks early for garbage among what is kept, gives back the pages that are left over, and makes the
 * young generation small again each time. A restore in place goes through its names four times, and each leaves 10 to
 * 20 MB behind: of 2 GB in 20,000 files 220 to 260 MB resident without, 185 with, for a tenth more of a processor.
 *
 * A console is one of several on a server that has better things to do with its memory: before fifty gateways and 2,000
 * snapshots they save it 40 MB (`npm run bench -- screens`: 165 against 125). They cost a fleet of 500 another 9 % of a
 * core, so a guard goes without until it keeps so large a state.
 */
const small: readonly Flag[] = [["--optimize-for-size", "--no-optimize-for-size"]];

export const keepMemorySmall = (): void => {
  setUntilExit([...steady, ...small]);
};

/** What is set, and what takes it back. */
const flags = new Map<string, string>();
let lifts = 0;

const setUntilExit = (wanted: readonly Flag[]): void => {
  for (const [flag, undone] of wanted) {
    if (flags.has(flag)) continue;
    flags.set(flag, undone);
    if (lifts === 0) setFlag(flag);
    process.once("exit", () => {
      setFlag(undone);
    });
  }
};

/** While a thread loads its code there is no flag. The answer sets them again, unless another thread loads still. */
export const liftFlags = (): (() => void) => {
  if (isHeld) return () => undefined;
  if (lifts === 0) for (const undone of flags.values()) setFlag(undone);
  lifts += 1;
  let isLifted = true;
  return () => {
    if (!isLifted) return;
    isLifted = false;
    lifts -= 1;
    if (lifts === 0) for (const flag of flags.keys()) setFlag(flag);
  };
};

/** Loaded here, because a short command sets none. */
const setFlag = (flag: string): void => {
  process.getBuiltinModule("node:v8").setFlagsFromString(flag);
};

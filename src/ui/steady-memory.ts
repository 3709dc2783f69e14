/**
 * V8 trusts no code that was compiled under other flags, not even what came with Node: once one is set, each module of
 * Node's is compiled anew, in every thread. That is a sixth of a listing and more of a first frame. So none is set before
 * the code is loaded, and they are taken back at the end, when what was compiled is kept for a start that has none.
 */
const shortCommandMs = 250;

/**
 * A young generation that never grows, and that everything new begins in. What runs for days makes small garbage
 * steadily, and the halves that were needed once would stay for ever; and what a fleet says at the beginning is kept, from
 * which V8 concludes that its kind is always kept, and makes it among the old things at once, where garbage lies for ten
 * seconds. With 500 gateways at 10 events a second (`npm run bench -- fleet`) 380 to 395 MB resident without either, 300
 * to 335 with the first, 215 to 230 with both, and no more of a core. A save of 20,000 files makes its garbage all at
 * once: 327 MB without it, 255 with it, in no more time.
 *
 * V8 takes the first only of a program that runs: on the command line it makes a 2 of it.
 */
export const keepMemorySteady = (): void => {
  soon = setTimeout(() => {
    setUntilExit(steady);
  }, shortCommandMs).unref();
};

type Flag = readonly [set: string, undone: string];

const steady: readonly Flag[] = [
  ["--semi-space-growth-factor=1", "--semi-space-growth-factor=2"],
  ["--no-allocation-site-pretenuring", "--allocation-site-pretenuring"],
];
let soon: NodeJS.Timeout | undefined;

/** For a console, which loads the most of its code behind the first frame: `keepMemorySmall` comes when that is done. */
export const putMemoryOff = (): void => {
  clearTimeout(soon);
};

/**
 * A console is one of several on a server that has better things to do with its memory: V8's small ways save it another
 * 40 MB before fifty gateways and 2,000 snapshots (`npm run bench -- screens`: 165 against 125). They cost a fleet of 500
 * another 9 % of a core, so a guard goes without.
 */
export const keepMemorySmall = (): void => {
  setUntilExit([...steady, ["--optimize-for-size", "--no-optimize-for-size"]]);
};

const setUntilExit = (flags: readonly Flag[]): void => {
  // Loaded here, because a short command sets none.
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  for (const [set] of flags) setFlagsFromString(set);
  process.once("exit", () => {
    for (const [, undone] of flags) setFlagsFromString(undone);
  });
};

// A young generation that never grows. What runs for days makes small garbage steadily, and the halves that were needed
// once would stay for ever: with 500 gateways at 10 events a second (`npm run bench -- fleet`) 242 to 307 MB resident
// without it, 161 to 207 with it, at 27 % of a core. A save of 20,000 files makes it all at once: 327 MB without it, 255
// with it, in no more time.
//
// A console is one of several on a server that has better things to do with its memory: V8's small ways save it another
// 10 MB (`npm run bench -- console`: 134 against 123). They cost a fleet of 500 another 9 % of a core, so a guard goes
// without.
"use strict";

/**
 * V8 trusts no code that was compiled under other flags, not even what came with Node: once one is set, each module of
 * Node's is compiled anew, in every thread. That is a sixth of a listing, so a command that takes no longer than this
 * goes without.
 */
const shortCommandMs = 250;

const setFlags = (flags) => process.getBuiltinModule("node:v8").setFlagsFromString(flags);

/** @param {"screen" | "watch"} stay what it costs most to be wrong about: memory beside a screen, or time */
const keepMemorySteady = (stay) => {
  setFlags("--semi-space-growth-factor=1");
  if (stay === "screen") setFlags("--optimize-for-size");
};

/** Whether this command line starts something that stays: the console and the demo, or the guard and a watch. */
const stayOf = (argv) => {
  if (argv.some((each) => /^(?:-h|-V|--help|--version)$/.test(each))) return undefined;
  const [word] = argv.filter((each) => !each.startsWith("-"));
  if (word === undefined || word === "demo") return "screen";
  return word === "guard" || word === "watch" ? "watch" : undefined;
};

/** Comes before all that is loaded: what the loading itself would make the heap grow by stays small too. */
const keepMemorySteadyFor = (argv) => {
  const stay = stayOf(argv);
  if (stay !== undefined) return keepMemorySteady(stay);
  setTimeout(() => {
    keepMemorySteady("watch");
    // Code is kept when the process ends, for a start that has no flags yet.
    process.once("exit", () => setFlags("--semi-space-growth-factor=2"));
  }, shortCommandMs).unref();
};

exports.keepMemorySteadyFor = keepMemorySteadyFor;

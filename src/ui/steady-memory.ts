import { setFlagsFromString } from "node:v8";

/** What runs until it is told to end, by what it costs most to be wrong about: memory beside a screen, or time. */
export type Stay = "screen" | "watch";

/** Whether this command line starts something that stays: the console and the demo, or the guard and a watch. */
export const stayOf = (argv: readonly string[]): Stay | undefined => {
  const [word] = argv.filter((each) => !each.startsWith("-"));
  if (word === undefined || word === "demo") return "screen";
  return word === "guard" || word === "watch" ? "watch" : undefined;
};

/**
 * A young generation that never grows. What runs for days makes small garbage steadily, and the halves that were needed
 * once would stay for ever: with 500 gateways at 10 events a second (`npm run bench -- fleet`) 242 to 307 MB resident
 * without it, 161 to 207 with it, at 27 % of a core. A save of 20,000 files makes it all at once: 327 MB without it, 255
 * with it, in no more time.
 *
 * A console is one of several on a server that has better things to do with its memory: V8's small ways save it another
 * 10 MB (`npm run bench -- console`: 134 against 123). They cost a fleet of 500 another 9 % of a core, so a guard goes
 * without.
 */
export const keepMemorySteady = (stay: Stay | undefined): void => {
  setFlagsFromString("--semi-space-growth-factor=1");
  if (stay === "screen") setFlagsFromString("--optimize-for-size");
};

/** The help and about screens. */
export const help = {
  place: "help",
  about: "about",
  keysHere: "keys of this screen",
  keysEverywhere: "keys of every screen",
  sharedReason: (keys: string, why: string) => `${keys} not now: ${why}`,
  notNow: "not now",
  signs: "signs",
  good: "well",
  warn: "a warning fires",
  bad: "down, or sick: something critical fires",
  busy: "starting, stopping, suspended, or settling after it: on purpose",
  unknownSign: "nobody can say; a number that is not known shows as ?",
  stale: "STALE 42s: the last word of this gateway is 42 seconds old; its numbers may no longer be so",
  risk: { none: "", confirm: "asks y", typed: "asks for the name" },
};

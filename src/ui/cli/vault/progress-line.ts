import type { OnProgress, Phase, Progress } from "../../../core/index.ts";
import { age, bytes, count } from "../../../ground/index.ts";
import type { Context } from "../command.ts";

const words: Readonly<Record<Phase, string>> = {
  scan: "Looking",
  databases: "Databases",
  read: "Reading",
  commit: "Writing",
  index: "Index",
  verify: "Checking",
  restore: "Restoring",
  check: "Checking",
  collect: "Collecting",
  export: "Exporting",
  import: "Importing",
};

/** On a terminal one line that moves; elsewhere nothing. */
export const showProgress =
  ({ progress }: Pick<Context, "progress">): OnProgress =>
  (report) => {
    progress(progressText(report));
  };

/** `Reading 120 MB of 551 MB · 210 MB/s · 2s left`, `Checking 8 of 482 objects · 20/s · 23s left` */
export const progressText = ({ phase, unit, done, total, rate, etaMs }: Progress): string => {
  // One thing takes as long as it takes.
  if (total === 1) return words[phase];
  const amount = unit === "bytes" ? bytes : (value: number): string => count(Math.round(value));
  const noun = unit === "bytes" ? "" : ` ${unit}`;
  return [
    `${words[phase]} ${amount(done)}${total === undefined ? "" : ` of ${amount(total)}`}${noun}`,
    ...(rate === undefined || rate === 0 ? [] : [`${amount(rate)}/s`]),
    ...(etaMs === undefined || etaMs < 1_000 ? [] : [`${age(etaMs)} left`]),
  ].join(" · ");
};

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

/** `Reading 120 MB of 551 MB · 210 MB/s · 2s left` */
export const progressText = ({ phase, unit, done, total, rate, etaMs }: Progress): string => {
  const amount = unit === "bytes" ? bytes : (value: number): string => `${count(Math.round(value))} ${unit}`;
  return [
    `${words[phase]} ${amount(done)}${total === undefined ? "" : ` of ${amount(total)}`}`,
    ...(rate === undefined ? [] : [`${amount(rate)}/s`]),
    ...(etaMs === undefined || etaMs < 1_000 ? [] : [`${age(etaMs)} left`]),
  ].join(" · ");
};

import type { LogLevel } from "../../../clients/index.ts";
import { logLevels } from "../../../watch/index.ts";

/** What a filter looks at in a row. */
export type Searched = { readonly text: string; readonly level?: LogLevel };

type Term = {
  readonly wanted: boolean;
  readonly holds: (row: { text: string; level?: LogLevel }) => boolean;
};

const termOf = (word: string): Term | undefined => {
  const wanted = !word.startsWith("!");
  const body = wanted ? word : word.slice(1);
  if (body === "") return undefined;
  const least = /^level:(?<level>[a-z]+)$/u.exec(body)?.groups?.["level"];
  const from = least === undefined ? -1 : logLevels.findIndex((level) => level.startsWith(least));
  return {
    wanted,
    holds: (row) =>
      from >= 0 && row.level !== undefined ? logLevels.indexOf(row.level) >= from : row.text.includes(body),
  };
};

/**
 * What a person types after `/`: words that must all be found, in any order and whatever their case; a word after `!`
 * must not be; `level:err` takes that level and what is worse.
 */
export const filterOf = (filter: string): ((row: Searched) => boolean) => {
  const terms = filter
    .toLowerCase()
    .split(/\s+/u)
    .map(termOf)
    .filter((term) => term !== undefined);
  return (row) => {
    const lowered = { ...row, text: row.text.toLowerCase() };
    return terms.every(({ wanted, holds }) => holds(lowered) === wanted);
  };
};

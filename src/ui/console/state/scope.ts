import type { GatewayModel } from "../../../watch/index.ts";
import { tidyScope } from "./takeback.ts";

/** What is picked most, in the order of how much it takes back. `!` stays. */
const classes = ["", "!memory", "config", "credentials", "sessions", "memory", "workspace"] as const;

/** Of more agents than that one is typed. */
const agentsOffered = 6;

/** The parts of a snapshot that can be picked: everything, each class, each agent, and what was typed. */
export const scopeChoices = (gateway: GatewayModel | undefined, typed: string): readonly string[] => {
  const agents = (gateway?.agents ?? []).slice(0, agentsOffered).map((id) => `agent:${id}`);
  const known: readonly string[] = [...classes, ...agents];
  const current = tidyScope(typed);
  return known.includes(current) ? known : [...known, current];
};

/** The choice so many further, round and round. */
export const scopeFurther = (choices: readonly string[], scope: string, by: number): string => {
  const at = Math.max(0, choices.indexOf(tidyScope(scope))) + by;
  return choices[(at + choices.length) % choices.length] ?? "";
};

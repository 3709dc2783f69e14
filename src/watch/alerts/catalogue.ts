import type { Rule } from "./rule.ts";
import { channelDisconnected } from "./rules/channel.ts";
import { context } from "./rules/context.ts";
import { crashLoop } from "./rules/crash-loop.ts";
import { gauges } from "./rules/gauges.ts";
import { memory } from "./rules/memory.ts";
import { providerFailing } from "./rules/provider.ts";
import { restoreMismatch } from "./rules/restore-mismatch.ts";
import { restartWillFail } from "./rules/restart-will-fail.ts";
import { secretInLog } from "./rules/secret.ts";
import { sessionDead } from "./rules/session-dead.ts";
import { silent } from "./rules/silent.ts";
import { snapshots } from "./rules/snapshots.ts";
import { turnStuck } from "./rules/turn-stuck.ts";
import { unreachable } from "./rules/unreachable.ts";
import { vault } from "./rules/vault.ts";

/**
 * Every built-in rule, the most telling first: of two alerts that are equally urgent, the one whose rule stands further
 * up says more about what is wrong (a dead session more than the pressure that killed it).
 */
export const catalogue: readonly Rule[] = [
  crashLoop,
  ...unreachable,
  restoreMismatch,
  sessionDead,
  ...context,
  restartWillFail,
  channelDisconnected,
  providerFailing,
  turnStuck,
  ...memory,
  secretInLog,
  ...gauges,
  silent,
  ...snapshots,
  ...vault,
];

const places = new Map(catalogue.map((rule, place) => [rule.id, place]));

const meanwhile = new Set(
  catalogue.filter(({ duringMaintenance }) => duringMaintenance === true).map(({ id }) => id),
);

/** Its rule goes on while its gateway is in our own hands. */
export const isJudgedMeanwhile = ({ rule }: { readonly rule: string }): boolean => meanwhile.has(rule);

/** Own rules come after the built-in ones. */
export const tellsMore = (a: { readonly rule: string }, b: { readonly rule: string }): number =>
  (places.get(a.rule) ?? places.size) - (places.get(b.rule) ?? places.size);

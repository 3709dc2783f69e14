import * as z from "zod";
import type { GatewayModel } from "../gateway-model.ts";
import type { IncidentKind } from "../incidents/incident.ts";
import type { Model, RestoreEnd } from "../model.ts";
import type { Sentence } from "../sentences/index.ts";
import type { TrailName } from "../vitals/trail.ts";
import type { Onset, Priority, Severity } from "./alert.ts";

/** What a rule is shown: one gateway at one moment, and whether it already holds for a subject (for hysteresis). */
export type View = {
  readonly gateway: GatewayModel;
  readonly now: number;
  /** What was heard before this moment is from before a pause of this machine. */
  readonly awakeSince: number;
  /** How restores in place ended, oldest first. */
  readonly restores: readonly RestoreEnd[];
  /** Since when it is known what the vault holds. */
  readonly vaultSince: number | undefined;
  readonly holds: (subject?: string) => boolean;
};

export type VaultView = Omit<View, "gateway" | "restores" | "vaultSince"> & { readonly model: Model };

/** A condition that holds. A subject that a rule no longer names is clear. */
export type Finding = {
  readonly subject?: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  readonly priority?: Priority;
  /** Why, with numbers and times. */
  readonly evidence: Sentence;
  /** The newest observation behind it: two of them make two samples. */
  readonly at: number;
  readonly next: string;
  /** Where the rule can tell since when, by the numbers. */
  readonly onset?: Onset;
  readonly value?: number;
  readonly threshold?: number;
};

/** Those that differ from the rule's own severity before the rest: that is the worse of what it finds. */
export const worseFirst = (a: Finding, b: Finding): number =>
  Number(a.severity === undefined) - Number(b.severity === undefined);

/** `unknown`: what it would need is not known or too old; alerts of the rule stay as they are. */
export type Verdict = readonly Finding[] | "unknown";

/** Nothing holds: one shared list, since this is the answer nearly every time. */
export const clear: Verdict = [];

/** How long and how often a condition must hold before it is believed, and be gone before that is believed. */
export type Hold = {
  readonly forMs: number;
  readonly samples: number;
  readonly clearForMs: number;
};

/** Believed at once: for what is a fact rather than a measurement. */
export const atOnce: Hold = { forMs: 0, samples: 1, clearForMs: 0 };
/** Two observations in a row, and ten quiet seconds: for measurements that jump. */
export const twoSamples: Hold = { forMs: 0, samples: 2, clearForMs: 10_000 };

type Description = {
  readonly id: string;
  readonly title: string;
  /** One sentence for `alerts rules` and the reference. */
  readonly explains: string;
  readonly severity: Severity;
  readonly priority: Priority;
  readonly incident: IncidentKind;
  readonly hold: Hold;
  /** The vital it is about: charts show it with the threshold, the onset is looked for in it. */
  readonly vital?: TrailName;
  /**
   * It is judged by what was seen to happen, and that counts for so long: a process that began to watch later has not
   * seen it, and does not take that for good news.
   */
  readonly witnessedMs?: number;
  /** Goes on while the gateway is in our own hands: it has nothing to do with what we do to it. */
  readonly duringMaintenance?: boolean;
};

export type Rule = Description & {
  readonly about: "gateway" | "vault";
  /** What can be set, and how each is written. */
  readonly thresholds: z.ZodRawShape;
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Takes what the configuration changes, and answers with the judge. */
  readonly bind: (changes: Readonly<Record<string, unknown>>) => (view: View | VaultView) => Verdict;
};

type Given<Shape extends z.ZodRawShape, Seen> = Description & {
  readonly thresholds: Shape;
  readonly defaults: z.output<z.ZodObject<Shape>> & Readonly<Record<string, unknown>>;
  readonly judge: (view: Seen, thresholds: z.output<z.ZodObject<Shape>>) => Verdict;
};

/** Ties thresholds and judge of one rule together, so that a catalogue can hold rules of different thresholds. */
export const gatewayRule = <Shape extends z.ZodRawShape>(rule: Given<Shape, View>): Rule => {
  const { judge, ...description } = rule;
  const schema = z.object(rule.thresholds);
  return {
    ...description,
    about: "gateway",
    bind: (changes) => {
      const thresholds = schema.parse({ ...rule.defaults, ...changes });
      return (view) => ("gateway" in view ? judge(view, thresholds) : clear);
    },
  };
};

export const vaultRule = <Shape extends z.ZodRawShape>(rule: Given<Shape, VaultView>): Rule => {
  const { judge, ...description } = rule;
  const schema = z.object(rule.thresholds);
  return {
    ...description,
    about: "vault",
    bind: (changes) => {
      const thresholds = schema.parse({ ...rule.defaults, ...changes });
      return (view) => ("model" in view ? judge(view, thresholds) : clear);
    },
  };
};

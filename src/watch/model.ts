import type { RunBy } from "../core/index.ts";
import type { AlertSettings } from "./alerts/settings.ts";
import type { Alert } from "./alerts/alert.ts";
import type { Silence } from "./alerts/silence.ts";
import type { GatewayModel } from "./gateway-model.ts";
import type { Policies } from "./policies/settings.ts";
import type { Incident } from "./incidents/incident.ts";

/** A moment somebody or something put on the time axis: a deploy, a note. */
export type Mark = {
  readonly at: number;
  readonly text: string;
  readonly by: string;
  /** Absent: it is about everything. */
  readonly gateway?: string;
};

/** Something clawback itself does to a gateway: a snapshot, a restore, a supervised run. */
export type Operation = {
  readonly id: string;
  readonly kind: "snapshot" | "restore" | "rollback" | "run" | "service" | "verify" | "export" | "cleanup";
  readonly gateway: string;
  readonly startedAt: number;
  readonly step: string;
  /** The snapshot it is about, where it is about one. */
  readonly snapshot?: string;
  /** 0 to 1 where that is known. */
  readonly progress?: number;
  /** It stops or suspends the gateway: what the gateway does meanwhile is maintenance, not an outage. */
  readonly disturbs: boolean;
  /** How long the gateway is expected to be away; absent: not known. */
  readonly expectedMs?: number;
  /** Told to other processes along with it: when this one is gone, it is over without another word. */
  readonly runBy?: RunBy;
  readonly ended?: { readonly at: number; readonly ok: boolean; readonly text: string };
};

/** What is known of the vault as a whole. */
export type VaultFacts = {
  readonly at: number;
  readonly oldestUnverifiedAt?: number;
  readonly lastVerifiedAt?: number;
};

/** How a restore in place ended, as whoever ran it saw it. */
export type RestoreEnd = {
  readonly at: number;
  readonly gateway: string;
  readonly snapshot: string;
  /** `put-back`: it failed and the old state runs again. `stuck`: it failed and needs a person. */
  readonly outcome: "restored" | "put-back" | "stuck";
  /** What runs now and is not what the snapshot promised, a line each; empty when everything is as it was. */
  readonly mismatches: readonly string[];
};

/** A failure of an effect: an output that did not go out, a history that could not be written. */
export type Trouble = {
  readonly at: number;
  readonly effect: string;
  readonly code: string;
  readonly message: string;
};

export const modelLimits = {
  gateways: 1_000,
  marks: 500,
  operations: 200,
  silences: 200,
  alertHistory: 1_000,
  restores: 200,
  troubles: 50,
} as const;

/**
 * Everything the watch knows. Frozen in spirit: `update` answers with a new one that shares whatever did not change,
 * so identity tells a screen what it need not draw again.
 */
export type Model = {
  /** The newest tick; before the first one, `startedAt`. */
  readonly now: number;
  readonly startedAt: number;
  /**
   * Of the processes that watch this fleet, this one groups incidents and speaks for all. The others take incidents as
   * the leader tells them: two stories of one night would help nobody.
   */
  readonly leads: boolean;
  /** A guard takes snapshots and acts, by what the history says; absent where no history tells. */
  readonly guarded?: boolean;
  /** When this machine came back from a pause in which no tick came: what was heard before is old. */
  readonly awakeSince: number;
  readonly settings: AlertSettings;
  /** What clawback may do by itself. */
  readonly policies: Policies;
  /** In the order of the configuration. */
  readonly gateways: readonly GatewayModel[];
  /** Name to place in `gateways`. */
  readonly places: ReadonlyMap<string, number>;
  readonly vault?: VaultFacts;
  /** When this process first heard what the vault holds. */
  readonly vaultSince?: number;
  /** Alerts about the vault. Those of gateways stand in their gateway. */
  readonly vaultAlerts: readonly Alert[];
  readonly marks: readonly Mark[];
  readonly operations: readonly Operation[];
  /** Oldest first. */
  readonly restores: readonly RestoreEnd[];
  readonly silences: readonly Silence[];
  /** Alerts that fired and resolved, oldest first. */
  readonly alertHistory: readonly Alert[];
  /** Open and recently resolved, newest last. */
  readonly incidents: readonly Incident[];
  /** As they were last asked to be written down; those that have changed since are asked for at the next tick. */
  readonly incidentsWritten: readonly Incident[];
  readonly troubles: readonly Trouble[];
};

/** Marks of one instant stand in the order of their words, whoever was heard first. */
export const byText = (a: Mark, b: Mark): number => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);

export const gatewayNamed = (model: Model, name: string): GatewayModel | undefined => {
  const place = model.places.get(name);
  return place === undefined ? undefined : model.gateways[place];
};

/** Its journal and the history may both tell of a restore. */
export const isKnownRestore = ({ restores }: Pick<Model, "restores">, { at, gateway }: RestoreEnd): boolean =>
  restores.some((known) => known.at === at && known.gateway === gateway);

/** Every alert that lives, gateways first in their order. */
export const liveAlerts = (model: Model): readonly Alert[] => [
  ...model.gateways.flatMap((gateway) => gateway.alerts),
  ...model.vaultAlerts,
];

/** The model with one gateway changed; the same model when nothing did. */
export const changed = (
  model: Model,
  name: string,
  change: (gateway: GatewayModel) => GatewayModel,
): Model => {
  const place = model.places.get(name);
  const before = place === undefined ? undefined : model.gateways[place];
  if (place === undefined || before === undefined) return model;
  const after = change(before);
  return after === before ? model : { ...model, gateways: model.gateways.with(place, after) };
};

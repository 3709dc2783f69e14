import { remembered } from "./memo.ts";

/**
 * Where one can be. Each screen names what it is about; a new screen is a new line here and a record in screens/.
 */
export type Places = {
  readonly fleet: object;
  readonly gateway: { readonly gateway: string; readonly tab: GatewayTab };
  readonly session: { readonly gateway: string; readonly session: string };
  readonly alerts: object;
  readonly alert: { readonly alert: string };
  readonly incidents: object;
  readonly incident: { readonly incident: string };
  readonly snapshots: { readonly gateway: string };
  readonly snapshot: { readonly gateway: string; readonly snapshot: string };
  /** `b` may be `live`: the state as it is now. */
  readonly compare: {
    readonly gateway: string;
    readonly a: string;
    readonly b: string;
    readonly section: CompareSection;
  };
  readonly difference: {
    readonly gateway: string;
    readonly a: string;
    readonly b: string;
    readonly path: string;
  };
  /** `scope` as one types it; empty: everything. */
  readonly restore: { readonly gateway: string; readonly snapshot: string; readonly scope: string };
  /** One session; `ref` may be `last-good`. */
  readonly rollback: { readonly gateway: string; readonly session: string; readonly ref: string };
  readonly vault: object;
  readonly deploy: object;
  readonly perf: object;
  readonly audit: object;
  readonly help: object;
  readonly about: object;
};

export const gatewayTabs = [
  "overview",
  "sessions",
  "channels",
  "lanes",
  "config",
  "boots",
  "logs",
  "events",
] as const;

export type GatewayTab = (typeof gatewayTabs)[number];

export const compareSections = ["vitals", "sessions", "config", "databases", "files"] as const;

export type CompareSection = (typeof compareSections)[number];

export type ScreenId = keyof Places;

/** One step of the breadcrumb: a screen and what it is about. */
export type Place = { readonly [Id in ScreenId]: { readonly screen: Id } & Places[Id] }[ScreenId];

export type PlaceOf<Id extends ScreenId> = Extract<Place, { readonly screen: Id }>;

/** Places with the same key remember the same selection, filter and order. A tab is a place of its own. */
export const placeKey = remembered((place: Place): string =>
  Object.entries(place)
    .map(([name, value]) => `${name}=${value}`)
    .join("\u0000"),
);

/** The gateway a place is about, where it is about one. */
export const gatewayOf = (place: Place): string | undefined =>
  "gateway" in place ? place.gateway : undefined;

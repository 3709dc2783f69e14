/**
 * Who may import whom: the one table behind the linter (oxlint.config.ts), the planted-violation test
 * (test/architecture.test.ts) and the picture in ARCHITECTURE.md. Imports go one way:
 *
 *   ui → watch → { keeping → core, clients } → openclaw → ground        demo → ground
 */
export type Layer = {
  readonly name: string;
  /** Folders of src that this one may not import at all. */
  readonly refuses: readonly string[];
  /** Packages that have no business here. */
  readonly packages?: readonly string[];
  /** Said by the linter when the rule bites. */
  readonly because: string;
};

const screen = ["react", "ink", "ink/**", "ink-table", "react/**"];
const network = ["ws", "node:http", "node:https", "node:net", "node:tls", "node:dgram"];

export const layers: readonly Layer[] = [
  {
    name: "ground",
    refuses: ["openclaw", "core", "clients", "keeping", "watch", "ui", "demo"],
    packages: [...screen, ...network],
    because: "ground is what everything stands on: it stands on nothing of ours.",
  },
  {
    name: "openclaw",
    refuses: ["core", "clients", "keeping", "watch", "ui", "demo"],
    packages: [...screen, ...network],
    because: "openclaw knows what a state directory looks like, and neither snapshots, sockets nor screens.",
  },
  {
    name: "core",
    refuses: ["clients", "keeping", "watch", "ui", "demo"],
    packages: [...screen, ...network],
    because: "core knows files and bytes: no network, no terminal, no opinion.",
  },
  {
    name: "keeping",
    refuses: ["clients", "watch", "ui", "demo"],
    packages: [...screen, ...network, "zod"],
    because: "keeping joins the core with a state directory, and must load in an instant.",
  },
  {
    name: "clients",
    refuses: ["core", "keeping", "watch", "ui", "demo"],
    packages: screen,
    because: "clients speak to the outside and know nothing of snapshots, meanings or screens.",
  },
  {
    name: "watch",
    refuses: ["ui", "demo"],
    packages: [...screen, "ws"],
    because: "watch is the brain without a screen: the guard runs it with nobody looking.",
  },
  {
    name: "demo",
    refuses: ["openclaw", "core", "clients", "keeping", "watch", "ui"],
    packages: screen,
    because: "the demo fleet is an independent peer: shared code would hide shared mistakes.",
  },
  {
    name: "ui",
    refuses: [],
    because: "ui is on top.",
  },
];

/** Folders with a door: from outside, only their index.ts may be imported. */
export const doors = ["ground", "openclaw", "core", "clients", "keeping", "watch", "demo"] as const;

/** Folders inside that are a door of their own: what they give is asked for where the rest must not be loaded. */
export const innerDoors: Readonly<Record<string, string>> = { clients: "sentences", watch: "effects" };

/** Pure folders: no node:*, no clock, no timers, so that every answer depends on the arguments alone. */
export const pure = [
  "src/core/manifest/**",
  "src/core/compare/**",
  "src/core/retention/**",
  "src/core/refs/**",
  "src/clients/wire/**",
  "src/clients/sentences/**",
  "src/watch/**",
  "src/ui/console/state/**",
  "src/ui/console/lists/**",
  "src/ui/console/panes/**",
  "src/ui/console/screens/**",
  "src/ui/console/commands/**",
  "src/ui/console/update/**",
  "src/ui/console/language/**",
] as const;

/** Parts of pure folders that touch the world, each in its own place. */
export const impure = ["src/watch/effects/**"] as const;

export const impureGlobals = [
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "process",
  "performance",
  "fetch",
] as const;

/** Inside the console: painters draw what they are given; only the composition root sees effects. */
export const consoleViews = [
  "src/ui/console/screens/**",
  "src/ui/console/panes/**",
  "src/ui/console/widgets/**",
] as const;

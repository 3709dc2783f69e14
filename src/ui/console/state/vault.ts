import type { SnapshotSummary, VaultInfo, VaultStats } from "../../../core/index.ts";
import { shellWord } from "../../../ground/index.ts";
import type { ComparedSnapshots } from "../../../keeping/index.ts";
import type { Sentence } from "../../../watch/index.ts";
import type { Failed } from "./failed.ts";

/** A snapshot with its times and numbers read. */
export type StoredSnapshot = Omit<SnapshotSummary, "vitals"> & {
  readonly at: number;
  readonly verifiedAtMs: number | undefined;
  readonly numbers: Readonly<Record<string, number | undefined>>;
};

/** What the console knows of the vault: the watch knows what fires, this knows what a person asks about. */
export type VaultState = {
  readonly access: VaultAccess;
  /** Every snapshot, oldest first, as it was listed last. */
  readonly listed: readonly StoredSnapshot[];
  /** Snapshots in which damage was found from here: how many findings each. */
  readonly hurt: ReadonlyMap<string, number>;
  readonly figures: VaultFigures | undefined;
  readonly host: HostFigures | undefined;
  /** By `comparisonKey`, newest last. */
  readonly comparisons: ReadonlyMap<string, Compared>;
  /** Differences of single files, by `differenceKey`. */
  readonly differences: ReadonlyMap<string, ShownDifference>;
};

export type VaultAccess =
  | { readonly kind: "looking" }
  /** There is none yet; it would be made at this path. */
  | { readonly kind: "none"; readonly path: string; readonly flags: string }
  | {
      readonly kind: "closed";
      readonly path: string;
      readonly flags: string;
      readonly why: string;
      readonly hint: string | undefined;
      readonly said?: Sentence | undefined;
      readonly advice?: Sentence | undefined;
    }
  | {
      readonly kind: "open";
      readonly info: VaultInfo;
      /** What a command line needs besides, to mean this vault and these gateways. */
      readonly flags: string;
    };

export type VaultFigures = {
  readonly at: number;
  readonly stats: VaultStats;
  readonly retention: string;
  readonly keep: number;
  /** Of those that are kept, the one that goes first, and when. */
  readonly next: { readonly id: string; readonly at: number } | undefined;
  /** What a cleanup would take away now, oldest first. */
  readonly remove: readonly string[];
  readonly removeBytesAtMost: number;
};

/** The machine the vault lies on. What could not be found out is absent. */
export type HostFigures = {
  readonly at: number;
  readonly cpuShare?: number;
  readonly memoryFreeBytes?: number;
  readonly memoryBytes?: number;
  readonly diskFreeBytes?: number;
  readonly diskBytes?: number;
};

export type Compared =
  | { readonly kind: "running"; readonly since: number }
  | Failed
  | {
      readonly kind: "done";
      readonly at: number;
      readonly comparison: ComparedSnapshots;
      /** The same as text, for a file. */
      readonly report: string;
      /** What ran on either side, as far as it is known. */
      readonly versions?: { readonly before: string | undefined; readonly after: string | undefined };
    };

export type ShownDifference =
  | { readonly kind: "running" }
  | Failed
  | { readonly kind: "done"; readonly lines: readonly string[] }
  | { readonly kind: "same" }
  | { readonly kind: "binary" }
  | { readonly kind: "too-large"; readonly limitBytes: number };

export type Pair = { readonly gateway: string; readonly a: string; readonly b: string };

/** What a comparison with the state as it is now is called. */
export const live = "live";

export const comparisonKey = ({ gateway, a, b }: Pair): string => [gateway, a, b].join("\u0000");

export const pairOf = (key: string): Pair => {
  const [gateway = "", a = "", b = ""] = key.split("\u0000");
  return { gateway, a, b };
};

export const differenceKey = (pair: Pair, path: string): string => [comparisonKey(pair), path].join("\u0000");

/** What is asked of the vault. Each is one command line as well. */
export type VaultRequest =
  | { readonly kind: "make" }
  | { readonly kind: "save"; readonly gateway: string; readonly name: string | undefined }
  | { readonly kind: "verify"; readonly gateway: string; readonly id: string }
  | { readonly kind: "protect"; readonly id: string; readonly on: boolean }
  /** Written where the console was started, unless the path says another place. */
  | {
      readonly kind: "export";
      readonly gateway: string;
      readonly ids: readonly string[];
      readonly path: string;
    }
  | { readonly kind: "delete"; readonly gateway: string; readonly id: string }
  | ({ readonly kind: "compare" } & Pair)
  | ({ readonly kind: "difference"; readonly path: string } & Pair);

/** What the vault has to say. */
export type VaultNews =
  | { readonly kind: "access"; readonly access: VaultAccess }
  | { readonly kind: "listed"; readonly snapshots: readonly StoredSnapshot[] }
  | { readonly kind: "figures"; readonly figures: VaultFigures }
  | { readonly kind: "host"; readonly host: HostFigures }
  | { readonly kind: "checked"; readonly id: string; readonly findings: number }
  | { readonly kind: "compared"; readonly key: string; readonly compared: Compared }
  | { readonly kind: "difference"; readonly key: string; readonly difference: ShownDifference };

export const firstVault: VaultState = {
  access: { kind: "looking" },
  listed: [],
  hurt: new Map(),
  figures: undefined,
  host: undefined,
  comparisons: new Map(),
  differences: new Map(),
};

/** A line for a shell that means this vault. */
export const clawbackLine = (access: VaultAccess, ...parts: readonly string[]): string => {
  const flags = access.kind === "looking" ? "" : access.flags;
  return `clawback ${parts.map(shellWord).join(" ")}${flags === "" ? "" : ` ${flags}`}`;
};

/** The command line that does the same by hand. */
export const commandLine = (request: VaultRequest, { access }: VaultState): string => {
  const words = (...parts: readonly string[]): string => clawbackLine(access, ...parts);
  switch (request.kind) {
    case "make":
      return words("vault", "init");
    case "save":
      return words(
        "snapshots",
        "save",
        "--gateway",
        request.gateway,
        ...(request.name === undefined ? [] : ["--name", request.name]),
      );
    case "verify":
      return words("snapshots", "verify", request.id);
    case "protect":
      return words("snapshots", request.on ? "protect" : "unprotect", request.id);
    case "export":
      return words("snapshots", "export", ...request.ids, "--out", request.path);
    case "delete":
      return words("snapshots", "delete", request.id);
    case "compare":
      return words("snapshots", "compare", request.a, request.b, "--gateway", request.gateway);
    case "difference":
      return words("snapshots", "compare", request.a, request.b, "--file", request.path);
  }
};

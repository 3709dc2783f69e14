import { ExitCode, Problem } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { Malformed } from "../manifest/byte-reader.ts";
import { parseSnapshotId, snapshotIdOf } from "../refs/index.ts";
import { idBytes, type IdList } from "../manifest/entry.ts";
import { compressions, type Compression } from "../pack/codec.ts";

/** JSON that the core carries and does not look into. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const snapshotKinds = ["critical", "full", "anomaly", "manual", "pre-op", "pre-restore"] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** A snapshot as every command shows it; the field names are a contract. */
export type SnapshotSummary = {
  readonly id: string;
  readonly name: string | null;
  readonly kind: SnapshotKind;
  readonly createdAt: string;
  readonly gateway: string | null;
  readonly host: string;
  readonly gatewayVersion: string | null;
  readonly stateDir: string;
  readonly tags: readonly string[];
  readonly description: string | null;
  /** Names that are files, hard links included. */
  readonly files: number;
  /** Bytes they hold. */
  readonly bytes: number;
  /** Bytes the vault did not know before, and what they take up in it. */
  readonly newBytes: number;
  readonly storedBytes: number;
  readonly compression: Compression;
  readonly encrypted: boolean;
  readonly verifiedAt: string | null;
  readonly expiresAt: string | null;
  readonly protected: boolean;
  readonly vitals: Json;
};

/** What the sealed object of a snapshot holds. What can change later (verified, protected) stands in notes beside it. */
export type SnapshotRecord = {
  readonly format: 1;
  readonly summary: Omit<SnapshotSummary, "verifiedAt" | "protected" | "encrypted">;
  readonly roots: readonly SnapshotRoot[];
  /** When the scan began, as the file system's clock tells it: what changed later than this is read again. */
  readonly scannedAtNs: bigint;
  /** Over all that the scan saw; absent when not all of it came into the snapshot. */
  readonly seen?: string | undefined;
  /** Where it says what the scan saw of each segment: the id of a chunk, in base64. It may be lost. */
  readonly seenSegments?: string | undefined;
  readonly tree: IdList;
  readonly entries: number;
  readonly findings: readonly Finding[];
  /** Per session its active transcript leaf, for rewinding a single one. */
  readonly sessions: Json;
};

export type SnapshotRoot = {
  /** "" for the state directory itself; a first part of the path for what lies elsewhere. */
  readonly prefix: string;
  readonly path: string;
};

export const encodeRecord = (record: SnapshotRecord): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...record,
      scannedAtNs: String(record.scannedAtNs),
      tree: { kind: record.tree.kind, ids: Buffer.from(record.tree.ids).toString("base64") },
    }),
  );

/** Authentic bytes may still come from a bundle that somebody else made: what every command shows must be what it says. */
export const decodeRecord = (bytes: Uint8Array): SnapshotRecord => {
  const value: unknown = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  );
  if (!isRecord(value)) throw new Malformed("a snapshot that is no object");
  if (value["format"] !== 1) throw newerFormat(`a snapshot of format ${String(value["format"])}`);
  const { tree, scannedAtNs } = value;
  if (!isRecord(tree) || typeof tree["ids"] !== "string" || typeof scannedAtNs !== "string") {
    throw new Malformed("a snapshot without a tree");
  }
  const ids = Buffer.from(tree["ids"], "base64");
  if (ids.length % idBytes !== 0) throw new Malformed("half an id");
  if (
    !isSummary(value["summary"]) ||
    !isListOf(value["roots"], isRoot) ||
    !isListOf(value["findings"], isRecord)
  ) {
    throw new Malformed("a snapshot that does not say what it is");
  }
  const record = value as unknown as SnapshotRecord;
  return {
    ...record,
    scannedAtNs: BigInt(scannedAtNs),
    tree: { kind: tree["kind"] === "nodes" ? "nodes" : "inline", ids },
  };
};

const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
/** Within the years that an id can say. */
const isInstant = (value: unknown): boolean =>
  isText(value) && /^\d{4}-/.test(value) && parseSnapshotId(snapshotIdOf(Date.parse(value))) !== undefined;
const isListOf = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);
const isRoot = (value: unknown): boolean =>
  isRecord(value) && isText(value["prefix"]) && isText(value["path"]);

const isSummary = (value: unknown): boolean =>
  isRecord(value) &&
  [value["id"], value["host"], value["stateDir"]].every(isText) &&
  [value["name"], value["gateway"], value["gatewayVersion"], value["description"]].every(
    (text) => text === null || isText(text),
  ) &&
  [value["files"], value["bytes"], value["newBytes"], value["storedBytes"]].every(isCount) &&
  isListOf(value["tags"], isText) &&
  snapshotKinds.some((kind) => kind === value["kind"]) &&
  compressions.some((compression) => compression === value["compression"]) &&
  isInstant(value["createdAt"]) &&
  (value["expiresAt"] === null || isInstant(value["expiresAt"]));

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const newerFormat = (what: string): Problem =>
  new Problem("FORMAT_TOO_NEW", `The vault holds ${what}; this clawback reads format 1.`, {
    hint: "Use the version of clawback that wrote it, or a newer one.",
    exit: ExitCode.vault,
  });

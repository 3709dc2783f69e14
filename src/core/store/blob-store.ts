/**
 * Where a vault's objects lie, wherever that is: a directory, a bucket, a server. Keys are short paths of lower-case
 * letters, digits, `-`, `.` and `/`. Objects never change: they are put once, read, listed and deleted. An adapter for
 * another place implements this type and passes the same contract suite.
 */
export type BlobStore = {
  /** For messages: a path, an address; never a secret. */
  readonly name: string;
  readonly capabilities: () => Promise<StoreCapabilities>;
  /** Whole or not at all. "exists" when `ifAbsent` was asked and there is such an object already. */
  readonly put: (
    key: string,
    body: readonly Uint8Array[],
    options?: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal },
  ) => Promise<"created" | "exists">;
  /** Fails with Problem STORE_MISSING when there is no such object. A range beyond the end gives what there is. */
  readonly get: (key: string, range?: ByteRange, signal?: AbortSignal) => Promise<Uint8Array>;
  /** Keys that begin with `prefix`, in no promised order. */
  readonly list: (prefix: string, signal?: AbortSignal) => Promise<readonly BlobInfo[]>;
  readonly stat: (key: string) => Promise<BlobInfo | undefined>;
  /** What is not there is deleted already. */
  readonly delete: (key: string) => Promise<void>;
};

export type ByteRange = { readonly start: number; readonly length: number };

export type BlobInfo = { readonly key: string; readonly sizeBytes: number; readonly modifiedAt: number };

export type StoreCapabilities = {
  /** Of many that create one key at once, one wins and the others are told: without it a vault cannot be shared. */
  readonly conditionalCreate: boolean;
  /** An object is seen whole or not at all. */
  readonly atomicPut: boolean;
  /** What was put survives a loss of power. */
  readonly durable: boolean;
};

/** A store that a vault can be written to directly: packs grow piece by piece, and their names appear last. */
export type VaultStore = BlobStore & {
  readonly draft: () => Draft;
  /** Gives an object another name, whatever can still be read of it; one that has the name already stays. */
  readonly rename: (key: string, to: string) => Promise<void>;
  /** Returns when the names under `prefix` survive a loss of power. */
  readonly settle: (prefix: string) => Promise<void>;
  /** For what can be made again: put in place at once, replacing, never synced. */
  readonly putCache: (key: string, body: readonly Uint8Array[]) => Promise<void>;
  /** Part of such an object, at once: it is looked into in the middle of other work. Undefined when it is not there. */
  readonly peekCache: (key: string, range: ByteRange) => Uint8Array | undefined;
  /** Directory that other threads and processes can open; absent when it lies in memory. */
  readonly directory: string | undefined;
};

/** An object being written. Nobody sees it before `publish`. */
export type Draft = {
  /** Takes what it keeps: the parts are free again at once. */
  readonly write: (parts: readonly Uint8Array[]) => void;
  /** Synced, then visible under the key; or not at all, and then gone. */
  readonly publish: (key: string) => Promise<void>;
  readonly discard: () => void;
};

import { randomInt } from "node:crypto";
import type { Clock } from "../../ground/index.ts";
import type { Finding } from "../findings.ts";
import { frameHeaderBytes } from "../pack/pack-format.ts";
import { openPack, salvagePack, type OpenedPack } from "../pack/pack-reader.ts";
import { Meter, type OnProgress } from "../progress.ts";
import type { BlobInfo, VaultStore } from "../store/blob-store.ts";
import { entryUrl, hire, type Hands } from "../system/threads.ts";
import type { ChunkReader } from "../tree/chunk-reader.ts";
import type { ChunkIndex } from "../vault/chunk-index.ts";
import { damagedMarks } from "../upkeep/marks.ts";
import type { DamagedPack } from "../upkeep/repair.ts";
import { readSlots } from "../vault/key-ring.ts";
import { damagedNotes } from "../vault/notes.ts";
import { isAsWritten, readVaultFile, vaultFileKey } from "../vault/vault-file.ts";
import { isDamage } from "../vault/sealed-object.ts";
import type { SnapshotRecord } from "../vault/snapshot-record.ts";
import { Attribution } from "./attribute.ts";
import { furtherFrames, neededFrames } from "./needed-frames.ts";
import { FrameChecker, type FrameAnswer, type FrameDamage, type FrameJob } from "./check-frames.ts";

/**
 * "structure": everything that is needed is there, every list and every footer can be read. "full": besides, every
 * frame is decrypted, unpacked and each of its chunks hashed. "content": structure, and those frames alone that the
 * given snapshots are made of, decrypted and unpacked: damage shows in that, and whoever takes the content out hashes it.
 * "quick": structure, and a random sample of frames.
 */
export type VerifyDepth = "structure" | "quick" | "content" | "full";

export type VerifyOptions = {
  readonly depth: VerifyDepth;
  /** With "content": the files it is about; absent: all of them. */
  readonly isWanted?: (path: string) => boolean;
  /** Files whose bytes are to be had elsewhere: of them the snapshot needs no more than the lists of their chunks. */
  readonly elsewhere?: (path: string) => boolean;
  /** "nothing": the vault stays as it is, to the byte. */
  readonly note?: "what-is-found" | "nothing";
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

export type Verified = {
  readonly ok: boolean;
  readonly snapshots: number;
  readonly checkedBytes: number;
  readonly findings: readonly Finding[];
};

export type VerifyContext = {
  readonly store: VaultStore;
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly hands: Hands;
  readonly index: ChunkIndex;
  readonly reader: ChunkReader;
};

const sampleFrames = 32;
const framesPerJob = 8;
const worthThreadsBytes = 16 * 1024 * 1024;

/** Checks packs as a whole, and the given snapshots against them. */
export const verify = async (
  context: VerifyContext,
  records: readonly SnapshotRecord[],
  options: VerifyOptions,
): Promise<Verified> => {
  const { index, reader } = context;
  const findings: Finding[] = [...index.findings, ...(await checkSmallObjects(context))];
  const packs = await listPacks(context, findings);
  const jobs =
    options.depth === "content"
      ? await neededFrames(context, records, options.isWanted ?? (() => true))
      : jobsFor(packs, options.depth);
  const first = await runJobs(context, jobs, options);
  const further =
    options.depth === "content" ? await runJobs(context, furtherFrames(context, jobs, first), options) : [];
  const answers = [...first, ...further];
  const damage = answers.flatMap((answer) => answer.damage);
  findings.push(...damage.map(frameFinding));
  const damaged = new Set(damage.flatMap(({ chunks }) => chunks));
  const lost = lostPacks(index, packs);
  const attribution = new Attribution(reader, index, damaged, lost, options.elsewhere ?? (() => false));
  const meter = new Meter(context.clock, options.onProgress, "verify", "objects", records.length);
  for (const record of records) {
    options.signal?.throwIfAborted();
    findings.push(...(await attribution.findingsOf(record)));
    meter.advance(1);
  }
  meter.end();
  return {
    // A cache that had to be made again is worth saying and nothing to worry about.
    ok: findings.every(({ code }) => code === "INDEX_REBUILT"),
    snapshots: records.length,
    checkedBytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    findings,
  };
};

/** What is neither pack nor snapshot. */
const checkSmallObjects = async ({ store, master }: VerifyContext): Promise<readonly Finding[]> => {
  const findings: Finding[] = [...(await readSlots(store, master)).findings];
  if (!isAsWritten(await readVaultFile(store), master)) {
    findings.push({
      code: "VAULT_FILE_DAMAGED",
      object: vaultFileKey,
      message: "vault.json is not as it was written.",
      hint: "Copy it from another copy of this vault. Snapshots do not depend on what it says.",
    });
  }
  for (const object of [...(await damagedNotes(store, master)), ...(await damagedMarks(store, master))]) {
    findings.push({
      code: "STRANGE_OBJECT",
      object,
      message: `${object} cannot be read.`,
      hint: "A note may have protected its snapshot, which stays until `clawback snapshots unprotect` says otherwise; a mark counts for nothing.",
    });
  }
  return findings;
};

/** Packs with anything wrong in them, and the frames that are known of each. */
export const findDamagedPacks = async (
  context: VerifyContext,
  options: Omit<VerifyOptions, "depth">,
): Promise<readonly DamagedPack[]> => {
  const { store, master, index } = context;
  const names = new Set(
    index.findings.flatMap(({ object }) =>
      object?.startsWith("packs/") === true ? [object.slice("packs/".length)] : [],
    ),
  );
  const findings: Finding[] = [];
  const packs = await listPacks(context, findings);
  for (const { object, code } of findings) {
    if (code === "PACK_DAMAGED" && object !== undefined) names.add(object.slice("packs/".length));
  }
  const answers = await runJobs(context, jobsFor(packs, "full"), { ...options, depth: "full" });
  const damage = Map.groupBy(
    answers.flatMap((answer) => answer.damage),
    ({ pack }) => pack,
  );
  for (const pack of damage.keys()) names.add(pack);
  const damaged: DamagedPack[] = [];
  for (const name of names) {
    const info = await store.stat(`packs/${name}`);
    if (info === undefined) continue;
    damaged.push({
      name,
      opened: index.salvaged.get(name) ?? (await openIfPossible(store, master, info)),
      wrong: new Set(damage.get(name)?.flatMap(({ chunks }) => chunks)),
    });
  }
  return damaged;
};

const openIfPossible = async (
  store: VaultStore,
  master: Uint8Array,
  info: BlobInfo,
): Promise<OpenedPack | undefined> => {
  try {
    return await openPack(store, master, info);
  } catch (error) {
    if (!isDamage(error)) throw error;
    try {
      return await salvagePack(store, master, info);
    } catch (second) {
      if (!isDamage(second)) throw second;
      return undefined;
    }
  }
};

type CountedPack = { readonly name: string; readonly info: BlobInfo; readonly frames: number };

/** Every pack with a footer that can be read and frames that lie within it. */
const listPacks = async (
  { store, master, index }: VerifyContext,
  findings: Finding[],
): Promise<readonly CountedPack[]> => {
  const counted: CountedPack[] = [];
  const present = new Set<string>();
  for (const info of await store.list("packs/")) {
    const name = info.key.slice("packs/".length);
    present.add(name);
    const salvaged = index.salvaged.get(name);
    if (salvaged !== undefined) {
      counted.push({ name, info, frames: salvaged.frames.length });
      continue;
    }
    try {
      const { frames } = await openPack(store, master, info);
      const last = frames.at(-1);
      if (last !== undefined && last.at + frameHeaderBytes + last.storedBytes > info.sizeBytes) {
        findings.push(packFinding(name, "it is shorter than its contents"));
      }
      counted.push({ name, info, frames: frames.length });
    } catch (error) {
      if (!isDamage(error)) throw error;
      // The index said so when it was loaded from the footers; from its cache it cannot have noticed.
      if (!index.findings.some(({ object }) => object === info.key)) {
        findings.push(packFinding(name, `its list of contents cannot be read: ${error.message}`));
      }
    }
  }
  for (const name of index.packs) {
    if (!present.has(name)) {
      findings.push({
        code: "PACK_MISSING",
        object: `packs/${name}`,
        message: `The pack ${name} is not there.`,
        hint: "Copy it from another copy of this vault.",
      });
    }
  }
  return counted;
};

/** Packs whose frames nobody could look at: an index from before they were damaged still names what was in them. */
const lostPacks = (index: ChunkIndex, packs: readonly CountedPack[]): ReadonlySet<number> => {
  const counted = new Set(packs.map(({ name }) => name));
  return new Set([...index.packs.keys()].filter((pack) => !counted.has(index.packs[pack] ?? "")));
};

const packFinding = (name: string, reason: string): Finding => ({
  code: "PACK_DAMAGED",
  object: `packs/${name}`,
  message: `The pack ${name} is damaged: ${reason}.`,
  hint: "Copy it from another copy of this vault, or run repair to save what is whole.",
});

const frameFinding = ({ pack, frame, reason, chunks }: FrameDamage): Finding => ({
  code: "CHUNK_DAMAGED",
  object: `packs/${pack}`,
  message: `Frame ${frame} of pack ${pack} is damaged (${reason}); ${chunks.length} chunks are lost with it.`,
  hint: "Copy the pack from another copy of this vault, or run repair to save the other frames.",
});

const jobsFor = (
  packs: readonly CountedPack[],
  depth: Exclude<VerifyDepth, "content">,
): readonly FrameJob[] => {
  switch (depth) {
    case "structure":
      return [];
    case "full":
      return packs.flatMap(({ name, frames }) =>
        Array.from({ length: Math.ceil(frames / framesPerJob) }, (_, at) => ({
          pack: name,
          from: at * framesPerJob,
          to: Math.min(frames, (at + 1) * framesPerJob),
          how: "hash" as const,
        })),
      );
    case "quick": {
      const all = packs.flatMap(({ name, frames }) =>
        Array.from({ length: frames }, (_, from) => ({
          pack: name,
          from,
          to: from + 1,
          how: "hash" as const,
        })),
      );
      for (let at = 0; at < Math.min(sampleFrames, all.length); at += 1) {
        const other = randomInt(at, all.length);
        const [here, there] = [all[at], all[other]];
        if (here !== undefined && there !== undefined) [all[at], all[other]] = [there, here];
      }
      return all.slice(0, sampleFrames);
    }
  }
};

const runJobs = async (
  { store, master, index, clock, hands }: VerifyContext,
  jobs: readonly FrameJob[],
  options: VerifyOptions,
): Promise<readonly FrameAnswer[]> => {
  const total = jobs.reduce((sum, { from, to }) => sum + to - from, 0);
  const meter = new Meter(clock, options.onProgress, "verify", "objects", total);
  const answers: FrameAnswer[] = [];
  const take = (job: FrameJob, answer: FrameAnswer) => {
    answers.push(answer);
    meter.advance(job.to - job.from);
    options.signal?.throwIfAborted();
  };
  const { salvaged } = index;
  const isWorthThreads = store.directory !== undefined && total * (1 << 20) >= worthThreadsBytes;
  const crew = hire<FrameJob, FrameAnswer>({
    hands,
    isWorthThreads,
    entry: entryUrl("verify.worker", import.meta.url),
    setup: isWorthThreads
      ? { directory: store.directory, master, table: index.table.shared(0), salvaged }
      : {},
    own: () => {
      const checker = new FrameChecker(store, master, index.table, salvaged);
      return (job) => checker.check(job);
    },
  });
  try {
    await Promise.all(
      jobs.map(async (job) => {
        take(job, await crew.run(job));
      }),
    );
  } finally {
    await crew.dismiss();
  }
  return answers;
};

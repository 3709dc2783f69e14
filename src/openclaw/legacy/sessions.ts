import { createReadStream } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { errnoOf, isMissing, reasonOf } from "../../ground/index.ts";
import { findingAt, type StateFinding } from "../finding.ts";
import { asJson, isJsonObject, textAt, type JsonObject } from "../json.ts";
import { parseJson5 } from "../json5-text.ts";
import { known, lineOf, numberOf, textOf } from "../sqlite/rows.ts";
import type { SessionRecord } from "../state/records.ts";
import { tokensOf } from "../state/sessions.ts";
import { countTranscript, type TranscriptCount } from "./transcript.ts";

/** Sessions of one agent as gateways kept them before they moved to SQLite. */
export type LegacySessions = {
  readonly sessions: readonly SessionRecord[];
  readonly storePath: string;
  /** The index and all transcripts together. */
  readonly sizeBytes: number | undefined;
  readonly findings: readonly StateFinding[];
};

/** The index of a busy gateway is a few megabytes. */
const storeLimitBytes = 64 << 20;

/**
 * Reads `sessions.json` (session key → entry) and counts the messages of each transcript, `<sessionId>.jsonl` beside
 * it. Undefined when this directory holds no such index.
 */
export const readLegacySessions = async (
  sessionsDir: string,
  agentId: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<LegacySessions | undefined> => {
  const storePath = join(sessionsDir, "sessions.json");
  const store = await readStore(storePath);
  if (store.kind === "absent") return undefined;
  if (store.kind === "broken")
    return { sessions: [], storePath, sizeBytes: undefined, findings: [store.finding] };
  const findings: StateFinding[] = [];
  const sessions: SessionRecord[] = [];
  for (const [key, entry] of Object.entries(store.entries)) {
    options.signal?.throwIfAborted();
    if (key === "" || !isJsonObject(entry)) continue;
    const transcript = await transcriptOf(sessionsDir, entry, findings, options.signal);
    sessions.push(sessionOf(key, agentId, entry, transcript));
  }
  sessions.sort((left, right) => (left.key < right.key ? -1 : 1));
  return { sessions, storePath, sizeBytes: await sizeOf(sessionsDir), findings };
};

const sessionOf = (
  key: string,
  agentId: string,
  entry: JsonObject,
  transcript: TranscriptCount | undefined,
): SessionRecord => ({
  key,
  agentId,
  ...known({
    sessionId: textOf(entry["sessionId"]),
    status: lineOf(entry["status"], 40),
    leaf: transcript?.leaf,
    messages: transcript?.messages,
    updatedAt: numberOf(entry["updatedAt"]),
    archivedAt: numberOf(entry["archivedAt"]),
    lastActivityAt: numberOf(entry["lastInteractionAt"]) ?? numberOf(entry["lastActivityAt"]),
    model: lineOf(entry["model"], 200),
    provider: lineOf(entry["modelProvider"], 200),
  }),
  // Before there was a flag, nobody could say of which moment the total is.
  ...tokensOf(entry, entry["totalTokensFresh"] === true),
});

const transcriptOf = async (
  sessionsDir: string,
  entry: JsonObject,
  findings: StateFinding[],
  signal: AbortSignal | undefined,
): Promise<TranscriptCount | undefined> => {
  const sessionId = textAt(entry, ["sessionId"]);
  const named = textAt(entry, ["sessionFile"]);
  // Only a name is taken from the entry: an index must not send us to files elsewhere.
  const name =
    named === undefined ? sessionId && `${sessionId}.jsonl` : basename(named.replaceAll("\\", "/"));
  if (name === undefined || name === "" || name.includes("/") || name.includes("\0") || name === "..")
    return undefined;
  const path = join(sessionsDir, name);
  try {
    if (!(await lstat(path)).isFile()) return undefined;
    return await countTranscript(createReadStream(path, signal === undefined ? {} : { signal }));
  } catch (error) {
    signal?.throwIfAborted();
    const isGone = errnoOf(error) === "ENOENT";
    findings.push(
      findingAt(
        isGone ? "LEGACY_TRANSCRIPT_MISSING" : "LEGACY_TRANSCRIPT_UNREADABLE",
        path,
        isGone ? "is named by the session index and is not there" : `cannot be read: ${reasonOf(error)}`,
        isGone
          ? "The session will start without its history. A snapshot may still have the transcript."
          : "Run as the user that owns the state directory.",
      ),
    );
    return undefined;
  }
};

type Store =
  | { readonly kind: "read"; readonly entries: JsonObject }
  | { readonly kind: "absent" }
  | { readonly kind: "broken"; readonly finding: StateFinding };

const readStore = async (path: string): Promise<Store> => {
  try {
    if (!(await lstat(path)).isFile()) return { kind: "absent" };
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > storeLimitBytes)
      return brokenStore(path, `is ${size} bytes, more than an index of sessions can be`);
    const text = await file.readFile("utf8");
    const json = asJson(await parseJson5(text));
    return isJsonObject(json)
      ? { kind: "read", entries: json }
      : brokenStore(path, "is not an index of sessions");
  } catch (error) {
    if (isMissing(error)) return { kind: "absent" };
    return brokenStore(path, `cannot be read: ${reasonOf(error)}`);
  }
};

/** Undefined when not all of it may be looked at: part of a size is none. */
const sizeOf = async (directory: string): Promise<number | undefined> => {
  try {
    let sizeBytes = 0;
    for (const name of await readdir(directory)) {
      if (name.endsWith(".jsonl") || name === "sessions.json")
        sizeBytes += (await lstat(join(directory, name))).size;
    }
    return sizeBytes;
  } catch {
    return undefined;
  }
};

const brokenStore = (path: string, what: string): Store => ({
  kind: "broken",
  finding: findingAt(
    "LEGACY_STORE_BROKEN",
    path,
    what,
    "Take it back from the newest snapshot that verifies.",
  ),
});

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import * as z from "zod";
import { runCommand, wordsOf } from "../../../clients/index.ts";
import type { Vault } from "../../../core/index.ts";
import { ExitCode, Problem } from "../../../ground/index.ts";
import { belongingTo, type Whose } from "../../../keeping/index.ts";
import type { DeletedArchive, StateReading } from "../../../openclaw/index.ts";

const carried = z.object({
  sessions: z.array(z.object({ key: z.string(), sessionId: z.string().optional() })),
});

/** More than a day of snapshots every half hour. */
const lookedAt = 100;

/** The keys of deleted sessions, as the snapshots of this gateway know them: an archive names its session by id only. */
export const keysOfSessions = async (vault: Vault, of: Whose): Promise<ReadonlyMap<string, string>> => {
  const keys = new Map<string, string>();
  const own = (await vault.list()).snapshots.filter(belongingTo(of)).toReversed();
  for (const { id } of own.slice(0, lookedAt)) {
    const read = carried.safeParse((await vault.carried(id)).sessions);
    for (const { key, sessionId } of read.data?.sessions ?? []) {
      if (sessionId !== undefined && !keys.has(sessionId)) keys.set(sessionId, key);
    }
  }
  return keys;
};

export type ImportOptions = {
  readonly key: string;
  readonly archive: DeletedArchive;
  readonly stateDir: string;
  /** The state as it lies on disk, asked whether the session is there. */
  readonly read: () => Promise<StateReading>;
  /** The `openclaw` that belongs to this state. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Hears of each file before it is laid where it is not to stay. */
  readonly onLayingOut?: (path: string) => void;
};

/** A transcript of years; more is none. */
const transcriptLimitBytes = 1 << 30;
const importMs = 300_000;

/**
 * Brings one archive back through OpenClaw's own import, while its gateway is stopped: the transcript is laid where
 * old versions kept it, and OpenClaw reads it into its database. Nothing of that is left behind, whatever happens.
 */
export const importArchive = async (options: ImportOptions): Promise<void> => {
  const { key, archive, stateDir, program, env, signal } = options;
  const directory = dirname(archive.path);
  const [store, transcript] = [
    join(directory, "sessions.json"),
    join(directory, `${archive.sessionId}.jsonl`),
  ];
  const inTheWay = [store, transcript].find((path) => existsSync(path));
  if (inTheWay !== undefined) {
    throw new Problem("UNDELETE_IN_THE_WAY", `${inTheWay} is there already.`, {
      hint: "An earlier import was not finished: run `openclaw doctor --session-sqlite recover` with the gateway stopped.",
      exit: ExitCode.refused,
    });
  }
  const bytes = readFileSync(archive.path);
  const text = archive.path.endsWith(".zst")
    ? zstdDecompressSync(bytes, { maxOutputLength: transcriptLimitBytes })
    : bytes;
  const sessions = {
    [key]: {
      sessionId: archive.sessionId,
      updatedAt: archive.deletedAt,
      sessionFile: `${archive.sessionId}.jsonl`,
    },
  };
  const layOut = (path: string, content: string | Uint8Array): void => {
    options.onLayingOut?.(path);
    writeFileSync(path, content, { mode: 0o600, flag: "wx" });
  };
  try {
    layOut(transcript, text);
    layOut(store, JSON.stringify(sessions));
    const argv = [
      "doctor",
      "--session-sqlite",
      "import",
      "--session-sqlite-agent",
      archive.agentId,
      "--json",
    ];
    const ran = await runCommand([program, ...argv], {
      signal,
      env: { ...env, OPENCLAW_STATE_DIR: stateDir, NO_COLOR: "1" },
      withinMs: importMs,
    });
    // Its report may be cut short, and it ends badly when it could not tidy up: the state tells.
    if ((await options.read()).sessions.some((session) => session.key === key)) return;
    throw new Problem("UNDELETE_FAILED", `OpenClaw did not take the transcript in: ${wordsOf(ran)}.`, {
      hint:
        ran.kind === "missing"
          ? "Name it with --openclaw PROGRAM."
          : "This version of OpenClaw may not be able to: `openclaw doctor --help` names --session-sqlite where it can.",
      exit: ExitCode.notFine,
    });
  } finally {
    for (const path of [store, transcript]) rmSync(path, { force: true });
  }
};

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Vault } from "../../../core/index.ts";
import { counted, errnoOf, ExitCode, Problem } from "../../../ground/index.ts";
import { findSnapshot } from "../../../keeping/index.ts";
import { branchTips, lastGoodOfSession, sessionIn, type SessionDesk } from "../../../watch/effects/index.ts";
import type { Context } from "../command.ts";
import type { MoveOutcome } from "./move-session.ts";

export type SessionGoal = {
  readonly leaf: string;
  readonly words: string;
  readonly messages: number | undefined;
  readonly snapshot: string;
};

/** Where a snapshot has a session; `last-good` is the newest snapshot in which this very session was well. */
export const sessionGoal = async (vault: Vault, session: SessionDesk, ref: string): Promise<SessionGoal> => {
  const listed = await vault.list();
  const { key, settings, signal } = session;
  let lastGood: string | undefined;
  if (ref.trim() === "last-good") {
    const activeLeaf = (await branchTips(session)).find((tip) => tip.active)?.leaf;
    lastGood = await lastGoodOfSession(vault, listed, { key, of: settings, activeLeaf }, signal);
    if (lastGood === undefined) {
      throw new Problem(
        "SESSION_NEVER_WELL",
        `No snapshot has ${key} in a state in which its next turn fitted.`,
        {
          hint: "clawback snapshots list shows what there is; name one with --snapshot-id to go there all the same.",
          exit: ExitCode.refused,
        },
      );
    }
  }
  const { snapshot } = findSnapshot(ref, listed, {
    of: settings,
    ...(lastGood === undefined ? {} : { lastGood: { snapshot: lastGood, reasons: [] } }),
  });
  const then = await sessionIn(vault, snapshot.id, key, signal);
  if (then?.leaf === undefined) {
    throw new Problem(
      "SESSION_NOT_IN_SNAPSHOT",
      then === undefined
        ? `${snapshot.id} has no session ${key}.`
        : `${snapshot.id} does not say where ${key} ended.`,
      {
        hint: "`clawback session list` shows the keys; an older or newer snapshot may have it.",
        exit: ExitCode.usage,
      },
    );
  }
  const messages = then.messages === undefined ? "" : ` with ${counted(then.messages, "message")}`;
  return {
    leaf: then.leaf,
    words: `${snapshot.id}${messages}`,
    messages: then.messages,
    snapshot: snapshot.id,
  };
};

/** Where the last rollback of this session came from, by our own log. */
export const leafBefore = async (context: Context, gateway: string, key: string): Promise<string> => {
  const { stateHome } = await context.config();
  const own = (await linesOf(join(stateHome, "audit.jsonl"))).filter(
    (line) => line["deed"] === "session-rollback" && line["session"] === key && line["gateway"] === gateway,
  );
  const from = own.findLast((line, at) => !wasRefused(line) && !wasRefused(own[at + 1]))?.["from"];
  if (typeof from === "string") return from;
  throw new Problem("NOTHING_TO_UNDO", `No rollback of ${key} was made from here.`, {
    hint: "Its branches are all there: the gateway's own console can switch between them.",
    exit: ExitCode.refused,
  });
};

/** It moved nothing, so neither does a way back from it; what was written when it began stands right before. */
const wasRefused = (line: Readonly<Record<string, unknown>> | undefined): boolean =>
  line?.["outcome"] === ("not moved" satisfies MoveOutcome);

const linesOf = async (path: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  try {
    return (await readFile(path, "utf8")).split("\n").flatMap(objectIn);
  } catch (error) {
    // Nothing was ever done from here.
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
};

/** A line that a crash or a full disk cut off says nothing, and takes no other along. */
const objectIn = (line: string): readonly Readonly<Record<string, unknown>>[] => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? [{ ...value }] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
};

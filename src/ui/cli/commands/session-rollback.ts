import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { count, ExitCode, percent, Problem } from "../../../ground/index.ts";
import {
  branchTips,
  lastGoodOfSession,
  planSessionRollback,
  probeSession,
  rollBackSession,
  sessionIn,
  type Probe,
  type RolledSession,
  type SessionDesk,
} from "../../../watch/effects/index.ts";
import { defineCommand, type Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { audit } from "../takeback/audit.ts";
import { meantSnapshot, openDesk, openOwnVault, type Desk } from "../takeback/desk.ts";

export const command = defineCommand({
  words: ["session", "rollback"],
  summary: "Take one session back to where a snapshot has it: online, at once, and reversibly.",
  details: [
    "The first answer to a dead or poisoned session. The gateway goes on running; the messages since then go aside as a",
    "branch of their own and nothing is deleted. --undo brings them back. `--snapshot-id last-good` means the newest",
    "snapshot in which this very session was well. Memory and workspace are never touched by this.",
  ].join("\n"),
  operands: { usage: "KEY", least: 1, most: 1 },
  options: {
    "snapshot-id": {
      kind: "text",
      value: "REF",
      help: "the snapshot to go back to; last-good is the usual one",
    },
    undo: { kind: "flag", help: "back to where it stood before the last rollback" },
    probe: { kind: "flag", help: "take one turn afterwards and say how full it is (costs a model call)" },
    "preserve-memory": { kind: "flag", help: "memory stays as it is (always so; accepted for scripts)" },
    reason: { kind: "text", value: "TEXT", help: "why, for the audit log" },
  },
  run: async (context, { options, operands }) => {
    const [key = ""] = operands;
    if (!options.undo && options["snapshot-id"] === undefined) {
      throw new Problem("USAGE_VALUE", "Say where to go back to: --snapshot-id REF, or --undo.", {
        hint: `clawback session rollback ${key} --snapshot-id last-good`,
        exit: ExitCode.usage,
      });
    }
    await using desk = await openDesk(context);
    const session: SessionDesk = { settings: desk.settings, ports: desk.ports, key, signal: context.signal };
    const goal = options.undo
      ? {
          leaf: await leafBefore(context, desk, key),
          words: "where it stood before the last rollback",
          messages: undefined,
          snapshot: null,
        }
      : await leafIn(context, desk, session, options["snapshot-id"] ?? "");
    const way = await planSessionRollback(session, goal.leaf);
    if (way.kind === "no-way") {
      throw new Problem(
        "SESSION_NO_WAY_BACK",
        `${key} cannot be taken back to ${goal.words} alone: ${way.why}.`,
        {
          hint: "Nothing was changed. The whole agent can: clawback snapshots restore REF --only sessions",
          exit: ExitCode.refused,
        },
      );
    }
    if (way.kind === "there-already") {
      context.out(
        context.flags.json
          ? `${JSON.stringify({ result: { outcome: "there-already", key } })}\n`
          : `${key} stands at ${goal.words} already. Nothing was changed.\n`,
      );
      return ExitCode.fine;
    }
    await confirm(context, {
      question: `Take ${key} back to ${goal.words}? ${asideWords(way.from.messages, goal.messages)} aside, and --undo brings it back.`,
    });
    const rolled = await rollBackSession(session, way);
    await audit(context, {
      deed: options.undo ? "session-rollback-undo" : "session-rollback",
      gateway: desk.settings.name,
      session: key,
      from: rolled.from,
      to: rolled.to,
      snapshot: goal.snapshot,
      outcome: "done",
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
    const probe = options.probe ? await probeSession(session) : undefined;
    context.out(
      context.flags.json
        ? `${JSON.stringify({ result: { outcome: "rolled-back", ...rolled, probe: probe ?? null } })}\n`
        : `${doneLines(rolled, goal.words, probe, options.undo).join("\n")}\n`,
    );
    return probe === undefined || (probe.status === "ok" && probe.fits !== false)
      ? ExitCode.fine
      : ExitCode.notFine;
  },
});

type Goal = {
  readonly leaf: string;
  readonly words: string;
  readonly messages: number | undefined;
  readonly snapshot: string | null;
};

const asideWords = (now: number | undefined, then: number | undefined): string =>
  now === undefined || then === undefined || now <= then
    ? "What came since goes"
    : `What came since (${count(now - then)} messages) goes`;

const leafIn = async (context: Context, desk: Desk, session: SessionDesk, ref: string): Promise<Goal> => {
  const vault = await openOwnVault(context);
  const listed = await vault.list();
  const { key, signal } = session;
  let lastGood: string | undefined;
  if (ref.trim() === "last-good") {
    const activeLeaf = (await branchTips(session)).find((tip) => tip.active)?.leaf;
    lastGood = await lastGoodOfSession(
      vault,
      listed,
      { key, gateway: desk.settings.name, activeLeaf },
      signal,
    );
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
  const snapshot = meantSnapshot(ref, listed, desk.settings, lastGood);
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
  const messages = then.messages === undefined ? "" : ` with ${then.messages} messages`;
  return {
    leaf: then.leaf,
    words: `${snapshot.id}${messages}`,
    messages: then.messages,
    snapshot: snapshot.id,
  };
};

/** Where the last rollback of this session came from, by our own log. */
const leafBefore = async (context: Context, desk: Desk, key: string): Promise<string> => {
  const { stateHome } = await context.config();
  const found = (await linesOf(join(stateHome, "audit.jsonl"))).findLast(
    (line) =>
      line["deed"] === "session-rollback" &&
      line["session"] === key &&
      line["gateway"] === desk.settings.name,
  );
  const from = found?.["from"];
  if (typeof from === "string") return from;
  throw new Problem("NOTHING_TO_UNDO", `No rollback of ${key} was made from here.`, {
    hint: "Its branches are all there: the gateway's own console can switch between them.",
    exit: ExitCode.refused,
  });
};

const linesOf = async (path: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  try {
    return (await readFile(path, "utf8")).split("\n").flatMap((line) => {
      const value: unknown = line === "" ? undefined : JSON.parse(line);
      return typeof value === "object" && value !== null ? [{ ...value }] : [];
    });
  } catch (error) {
    // Nothing was ever done from here.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
};

const doneLines = (
  { key, messagesBefore, messagesAfter, tookMs }: RolledSession,
  goal: string,
  probe: Probe | undefined,
  undone: boolean,
): readonly string[] => [
  `✅ ${key} is back at ${goal} (${Math.round(tookMs)} ms, without a stop)`,
  `   Messages: ${messagesBefore ?? "?"} → ${messagesAfter ?? "?"}; the others lie aside and nothing was deleted`,
  ...(probe === undefined
    ? []
    : [
        probe.status === "ok" && probe.fits !== false
          ? `✅ It took a turn: pressure ${percent(probe.pressure ?? undefined)}, context ${percent(probe.usage ?? undefined)}`
          : `❌ The turn that was to prove it ended with "${probe.status}", pressure ${percent(probe.pressure ?? undefined)}: go back further, or look at the provider`,
      ]),
  ...(undone ? [] : [`   Undo:  clawback session rollback ${key} --undo`]),
];

import { counted, ExitCode, percent, Problem, shellWord } from "../../../ground/index.ts";
import {
  planSessionRollback,
  probeSession,
  type Probe,
  type RolledSession,
  type SessionDesk,
} from "../../../watch/effects/index.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { nextCommand } from "../same-world.ts";
import { openDesk, openOwnVault } from "../takeback/desk.ts";
import { moveSession } from "../takeback/move-session.ts";
import { leafBefore, sessionGoal } from "../takeback/session-goal.ts";

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
    "dry-run": { kind: "flag", help: "show what would go aside and do nothing" },
    undo: { kind: "flag", help: "back to where it stood before the last rollback" },
    probe: { kind: "flag", help: "take one turn afterwards and say how full it is (costs a model call)" },
    "preserve-memory": { kind: "flag", help: "memory stays as it is (always so; accepted for scripts)" },
    reason: { kind: "text", value: "TEXT", help: "why, for the audit log" },
  },
  run: async (context, { options, operands }) => {
    const [key = ""] = operands;
    if (!options.undo && options["snapshot-id"] === undefined) {
      throw new Problem("USAGE_VALUE", "Say where to go back to: --snapshot-id REF, or --undo.", {
        hint: `clawback session rollback ${shellWord(key)} --snapshot-id last-good`,
        exit: ExitCode.usage,
      });
    }
    await using desk = await openDesk(context);
    const session: SessionDesk = { settings: desk.settings, ports: desk.ports, key, signal: context.signal };
    const goal = options.undo
      ? {
          leaf: await leafBefore(context, desk.settings.name, key),
          words: "where it stood before the last rollback",
          messages: undefined,
          snapshot: null,
        }
      : await sessionGoal(await openOwnVault(context), session, options["snapshot-id"] ?? "");
    const way = await planSessionRollback(session, goal.leaf);
    if (way.kind === "no-way") {
      throw new Problem(
        "SESSION_NO_WAY_BACK",
        `${key} cannot be taken back to ${goal.words} alone: ${way.why}.`,
        {
          hint: `Nothing was changed. The whole agent can: clawback snapshots restore ${goal.snapshot ?? "REF"} --only sessions`,
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
    const aside = asideWords(way.from.messages, goal.messages);
    const plan = {
      key,
      snapshot: goal.snapshot,
      from: way.from.leaf,
      to: goal.leaf,
      messagesBefore: way.from.messages ?? null,
      messagesAside: way.aside ?? null,
    };
    if (options["dry-run"]) {
      context.out(
        context.flags.json
          ? `${JSON.stringify({ plan, result: { outcome: "planned", key } })}\n`
          : `${key} would go back to ${goal.words}. ${aside} aside, and nothing is deleted.\nOnly planned: nothing was changed. The same command without --dry-run does it.\n`,
      );
      return ExitCode.fine;
    }
    await confirm(context, {
      question: `Take ${key} back to ${goal.words}? ${aside} aside, and --undo brings it back.`,
    });
    const rolled = await moveSession(context, session, way, {
      deed: options.undo ? "session-rollback-undo" : "session-rollback",
      snapshot: goal.snapshot,
      reason: options.reason,
    });
    const { json } = context.flags;
    const undo = nextCommand(context.flags, desk.settings.name, `session rollback ${shellWord(key)} --undo`);
    if (!json)
      context.out(
        `${[...doneLines(rolled, goal.words), ...(options.undo ? [] : [`   Undo:  ${undo}`])].join("\n")}\n`,
      );
    let probe: Probe | undefined;
    try {
      probe = options.probe ? await probeSession(session) : undefined;
    } finally {
      // It was taken back, whatever becomes of the turn.
      if (json)
        context.document({ plan, result: { outcome: "rolled-back", ...rolled, probe: probe ?? null } });
    }
    if (!json && probe !== undefined) context.out(`${probeLine(probe)}\n`);
    return probe === undefined || (probe.status === "ok" && probe.fits !== false)
      ? ExitCode.fine
      : ExitCode.notFine;
  },
});

const asideWords = (now: number | undefined, then: number | undefined): string =>
  now === undefined || then === undefined || now <= then
    ? "What came since goes"
    : `What came since (${counted(now - then, "message")}) goes`;

const doneLines = (
  { key, messagesBefore, messagesAfter, tookMs }: RolledSession,
  goal: string,
): readonly string[] => [
  `✅ ${key} is back at ${goal} (${Math.round(tookMs)} ms, without a stop)`,
  `   Messages: ${messagesBefore ?? "?"} → ${messagesAfter ?? "?"}; the others lie aside and nothing was deleted`,
];

const probeLine = ({ status, fits, pressure, usage }: Probe): string =>
  status === "ok" && fits !== false
    ? `✅ It took a turn: pressure ${percent(pressure ?? undefined)}, context ${percent(usage ?? undefined)}`
    : `❌ The turn that was to prove it ended with "${status}", pressure ${percent(pressure ?? undefined)}: go back further, or look at the provider`;

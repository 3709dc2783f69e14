import { runCommand, wordsOf } from "../../../clients/index.ts";
import { age, bytes, ExitCode, Problem } from "../../../ground/index.ts";
import { deletedArchives, type DeletedArchive } from "../../../openclaw/index.ts";
import { keysOfSessions } from "../../../watch/effects/index.ts";
import { defineCommand, type Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { openDesk, openOwnVault, refuseWaiting } from "../takeback/desk.ts";
import { bringBack } from "../takeback/bring-back.ts";

export const command = defineCommand({
  words: ["session", "undelete"],
  summary: "Bring a deleted session back from the archive that its gateway keeps.",
  details: [
    "A gateway keeps the transcript of a session that is deleted; which session it was is known from the snapshots.",
    "Without KEY it lists what is kept. To bring one back the gateway is stopped, OpenClaw's own import takes the",
    "transcript in, and the gateway is started again: about a minute. A snapshot is taken first.",
  ].join("\n"),
  operands: { usage: "[KEY]", least: 0, most: 1 },
  options: {
    "session-id": { kind: "text", value: "ID", help: "the archive to take, where no snapshot knows the key" },
    openclaw: { kind: "text", value: "PROGRAM", help: "the openclaw that does the import (openclaw)" },
    reason: { kind: "text", value: "TEXT", help: "why, for the audit log" },
  },
  run: async (context, { operands: [key], options }) => {
    await using desk = await openDesk(context);
    const { name } = desk.settings;
    const archives = deletedArchives(desk.stateDir);
    const vault = await openOwnVault(context);
    const keys = await keysOfSessions(vault, desk.settings);
    if (key === undefined) return list(context, archives, keys);
    const source = await desk.live();
    if ((await source.read()).sessions.some((session) => session.key === key)) {
      throw new Problem("SESSION_EXISTS", `${name} has a session ${key}: nothing of that name is deleted.`, {
        hint: "To take it back to an earlier moment: clawback session rollback KEY --snapshot-id REF",
        exit: ExitCode.refused,
      });
    }
    const wanted = options["session-id"];
    const archive = archives.find(({ sessionId }) =>
      wanted === undefined ? keys.get(sessionId) === key : sessionId === wanted,
    );
    if (archive === undefined) throw notKept(key, archives);
    refuseWaiting(desk);
    const program = options.openclaw ?? "openclaw";
    await refuseMissing(program, context);
    await confirm(context, {
      question: `Bring ${key} back as it was deleted ${age(context.clock.now() - archive.deletedAt)} ago? ${name} is stopped for about a minute.`,
      typed: name,
    });
    return await bringBack(context, desk, {
      key,
      archive,
      vault,
      source,
      program,
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
  },
});

/** Found out after the stop, it would cost the gateway a minute for nothing. */
const refuseMissing = async (program: string, { signal, env }: Context): Promise<void> => {
  const ran = await runCommand([program, "--version"], { signal, env: { ...env }, withinMs: 60_000 });
  signal.throwIfAborted();
  if (ran.kind === "ended" && ran.code === 0) return;
  throw new Problem(
    "OPENCLAW_MISSING",
    `OpenClaw's own program has to do the import, and it cannot be run: ${wordsOf(ran)}.`,
    {
      hint: "Nothing was changed. Name it with --openclaw PROGRAM: the one that the gateway runs.",
      exit: ExitCode.refused,
    },
  );
};

const notKept = (key: string, archives: readonly DeletedArchive[]): Problem =>
  archives.length === 0
    ? new Problem("NOTHING_DELETED", "This gateway keeps no deleted session.", {
        hint: `It never deleted one, or is too old to keep them. A snapshot may have it: clawback snapshots restore REF --only sessions brings ${key} back with all others of that moment.`,
        exit: ExitCode.refused,
      })
    : new Problem("SESSION_NOT_KEPT", `No deleted session is known as ${key}.`, {
        hint: "`clawback session undelete` lists what is kept; --session-id ID names one that no snapshot knows.",
        exit: ExitCode.usage,
      });

const list = (
  context: Context,
  archives: readonly DeletedArchive[],
  keys: ReadonlyMap<string, string>,
): ExitCode => {
  if (context.flags.json) {
    context.document({
      deleted: archives.map(({ deletedAt, sessionId, ...rest }) => ({
        key: keys.get(sessionId) ?? null,
        sessionId,
        deletedAt: new Date(deletedAt).toISOString(),
        ...rest,
      })),
    });
    return ExitCode.fine;
  }
  if (archives.length === 0) context.out("This gateway keeps no deleted session.\n");
  for (const { sessionId, deletedAt, sizeBytes } of archives) {
    context.out(
      `${keys.get(sessionId) ?? "(no snapshot knows its key)"}\n  deleted ${age(context.clock.now() - deletedAt)} ago · ${bytes(sizeBytes)} · ${sessionId}\n`,
    );
  }
  if (archives.length > 0) context.out("Bring one back:  clawback session undelete KEY\n");
  return ExitCode.fine;
};

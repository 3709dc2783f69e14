import { bytes, counted, ExitCode, Problem, shellWord } from "../../../ground/index.ts";
import { saveSnapshot } from "../../../keeping/index.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { openDesk, openOwnVault } from "../takeback/desk.ts";

export const command = defineCommand({
  words: ["session", "snapshot"],
  summary: "Take a snapshot that a session can be taken back to by name.",
  operands: { usage: "KEY", least: 1, most: 1 },
  options: { name: { kind: "text", value: "NAME", help: "what to call it" } },
  run: async (context, { operands, options }) => {
    const [key = ""] = operands;
    refuseReadOnly(context, "A snapshot would be taken.");
    await using desk = await openDesk(context);
    const source = await desk.live();
    const session = (await source.read()).sessions.find((each) => each.key === key);
    if (session === undefined) {
      throw new Problem("SESSION_UNKNOWN", `${desk.settings.name} has no session ${key}.`, {
        hint: "`clawback session list` shows their keys.",
        exit: ExitCode.usage,
      });
    }
    const { snapshot } = await saveSnapshot(await openOwnVault(context), source, {
      kind: "manual",
      gateway: desk.settings.name,
      tags: [`session:${key}`],
      ...(options.name === undefined ? {} : { name: options.name }),
      signal: context.signal,
    });
    context.out(
      context.flags.json
        ? `${JSON.stringify({ snapshot, session: { key, leaf: session.leaf ?? null, messages: session.messages ?? null } })}\n`
        : [
            `✅ Snapshot ${snapshot.id}${snapshot.name === null ? "" : ` (${snapshot.name})`}: ${bytes(snapshot.newBytes)} new`,
            `   ${key} ends there with ${counted(session.messages, "message")}`,
            `   Back to it:  clawback session rollback ${shellWord(key)} --snapshot-id ${shellWord(snapshot.name ?? snapshot.id)}`,
            "",
          ].join("\n"),
    );
    return ExitCode.fine;
  },
});

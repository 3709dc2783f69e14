import { snapshotKinds } from "../../../core/index.ts";
import { ExitCode } from "../../../ground/index.ts";
import { saveSnapshot } from "../../../keeping/index.ts";
import { stateToSave } from "../../state-to-save.ts";
import { openVaultForSaving } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { findingLines, showProgress, wordLines } from "../vault/index.ts";
import { madeVaultText } from "../vault/made-vault.ts";

export const command = defineCommand({
  words: ["snapshots", "save"],
  summary: "Take a snapshot of a state directory, running or not.",
  details: [
    "Takes the configuration, credentials, databases, transcripts, agent directories and workspaces; leaves out logs,",
    "caches, locks and sockets. Databases are taken at one moment while the gateway goes on. What has not changed since",
    "the last snapshot is neither read nor stored again.",
    "",
    "Where there is no vault yet it is made at its usual place. Exits 1 when something could not be taken.",
  ].join("\n"),
  options: {
    name: { kind: "text", value: "NAME", help: "a name that can stand in its place" },
    kind: { kind: snapshotKinds, help: "what it is (manual)" },
    tag: { kind: "texts", value: "TAG", help: "a word to find it by; may be repeated" },
    description: { kind: "text", value: "TEXT", help: "what it is for" },
    logs: { kind: "flag", help: "log files too" },
  },
  run: async (context, { options }) => {
    refuseReadOnly(context, "A snapshot would be taken.");
    const { flags, out, err, progress } = context;
    const { source, gateway, settings } = await stateToSave(context, { logs: options.logs });
    const { vault, made } = await openVaultForSaving(context);
    if (made !== undefined) err(madeVaultText(context, made));
    const onProgress = showProgress(context);
    const { name, description, kind, tag } = options;
    const { snapshot, findings } = await saveSnapshot(vault, source, {
      kind: kind ?? "manual",
      tags: tag,
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(settings === undefined
        ? {}
        : {
            liveVitals: async () => {
              const { liveVitals } = await import("../../live-vitals.ts");
              return await liveVitals(context, settings);
            },
          }),
      signal: context.signal,
      onProgress,
    }).finally(() => {
      progress(undefined);
    });
    if (flags.json) out(`${JSON.stringify({ snapshot, findings })}\n`);
    else {
      out(
        [
          `${findings.length === 0 ? "✅" : "⚠️"} Saved snapshot: ${snapshot.id}`,
          ...wordLines(snapshot),
          ...findingLines(findings),
          "",
        ].join("\n"),
      );
    }
    return findings.length === 0 ? ExitCode.fine : ExitCode.notFine;
  },
});

import { resolve } from "node:path";
import type { KeySource, Renamed } from "../../../core/index.ts";
import { count, counted, ExitCode, isProblem, Problem } from "../../../ground/index.ts";
import { keysFor, openVaultForSaving } from "../../vault-source.ts";
import { defineCommand, type Context } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { showProgress } from "../vault/index.ts";
import { madeVaultText } from "../vault/made-vault.ts";

export const command = defineCommand({
  words: ["snapshots", "import"],
  summary: "Take the snapshots of an exported file into this vault.",
  details: [
    "The file opens with the keys of the vault it came from: its key file (--key-file), or its recovery key, which is",
    "asked for or taken from CLAWBACK_BUNDLE_KEY. Every byte is checked before a snapshot appears here.",
  ].join("\n"),
  operands: { usage: "FILE", least: 1, most: 1 },
  options: { "key-file": { kind: "text", value: "FILE", help: "the key file of the vault it came from" } },
  run: async (context, { options, operands: [file = ""] }) => {
    refuseReadOnly(context, "Snapshots would be imported.");
    const { vault, settings, made } = await openVaultForSaving(context);
    if (made !== undefined) context.err(madeVaultText(context, made));
    const path = resolve(context.cwd, file);
    const importWith = (keys: KeySource): ReturnType<typeof vault.importBundle> =>
      vault
        .importBundle(path, keys, { signal: context.signal, onProgress: showProgress(context) })
        .finally(() => {
          context.progress(undefined);
        });
    const keyFile = options["key-file"];
    const given = givenKeys(context, keyFile);
    const { snapshots, known, renamed } = await importWith(given ?? keysFor(context, settings)).catch(
      async (error: unknown) => {
        if (given !== undefined || !isWrongKey(error)) throw error;
        // It is of another vault.
        return await importWith(await askedKeys(context, error));
      },
    );
    context.out(
      context.flags.json
        ? `${JSON.stringify({ snapshots, known, renamed })}\n`
        : [
            `✅ Imported ${counted(snapshots.length, "snapshot")}`,
            ...snapshots.map(({ id }) => `   ${id}${wasOf(id, renamed)}`),
            ...(known.length === 0 ? [] : [`   ${count(known.length)} were here already`]),
            "",
          ].join("\n"),
    );
    return ExitCode.fine;
  },
});

/** Whoever has the id from where it came must not mean another snapshot here. */
const wasOf = (id: string, renamed: readonly Renamed[]): string => {
  const was = renamed.find((each) => each.id === id)?.was;
  return was === undefined ? "" : `  (where it came from: ${was}, which is another one here)`;
};

const isWrongKey = (error: unknown): error is Problem =>
  isProblem(error) && (error.code === "WRONG_KEY" || error.code === "KEY_MISSING");

const givenKeys = ({ env, cwd }: Context, keyFile: string | undefined): KeySource | undefined => {
  if (keyFile !== undefined) return { keyFile: resolve(cwd, keyFile) };
  const recoveryKey = env["CLAWBACK_BUNDLE_KEY"] ?? "";
  return recoveryKey === "" ? undefined : { recoveryKey };
};

const askedKeys = async ({ ask }: Context, cause: Problem): Promise<KeySource> => {
  const recoveryKey = await ask("Recovery key of the vault it came from: ", "hidden");
  if (recoveryKey !== undefined && recoveryKey.trim() !== "") return { recoveryKey };
  throw new Problem("WRONG_KEY", "The file is of another vault, and no key of that vault was given.", {
    hint: "Name its key file with --key-file, or set CLAWBACK_BUNDLE_KEY to its recovery key.",
    exit: ExitCode.vault,
    cause,
  });
};

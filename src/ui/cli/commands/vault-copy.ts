import { resolve, sep } from "node:path";
import { diskStore } from "../../../core/index.ts";
import { bytes, count, counted, ExitCode, Problem } from "../../../ground/index.ts";
import { copyVault } from "../../../keeping/index.ts";
import { refuseTaken } from "../../vault-place.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import { defineCommand } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";

export const command = defineCommand({
  words: ["vault", "copy"],
  summary: "Bring a copy of the vault up to date: another disk, a mounted share.",
  details: [
    "Copies what is missing there, encrypted as it is; what is deleted here stays there. A copy that stops half-way holds",
    "whole snapshots and goes on where it stopped. The copy opens with the same keys; the key file is not in it.",
  ].join("\n"),
  operands: { usage: "DEST", least: 1, most: 1 },
  options: {},
  run: async (context, { operands: [typed = ""] }) => {
    refuseReadOnly(context, "The vault would be copied.");
    const { settings } = await openConfiguredVault(context);
    const target = resolve(context.cwd, typed);
    if (
      `${target}${sep}`.startsWith(`${settings.path}${sep}`) ||
      settings.path.startsWith(`${target}${sep}`)
    ) {
      throw new Problem(
        "COPY_OVERLAPS",
        `${target} and the vault ${settings.path} lie one inside the other.`,
        {
          hint: "A copy belongs on another disk.",
          exit: ExitCode.usage,
        },
      );
    }
    refuseTaken(target);
    const copied = await copyVault(diskStore(settings.path), diskStore(target), {
      signal: context.signal,
      onProgress: ({ bytes: done, total }) => {
        context.progress(`Copying ${bytes(done)} of ${bytes(total)}`);
      },
    }).finally(() => {
      context.progress(undefined);
    });
    context.out(
      context.flags.json
        ? `${JSON.stringify({ copy: { path: target, ...copied } })}\n`
        : `✅ Copied ${counted(copied.objects, "object")} (${bytes(copied.bytes)}) to ${target}; ${count(copied.present)} were there already\n`,
    );
    return ExitCode.fine;
  },
});

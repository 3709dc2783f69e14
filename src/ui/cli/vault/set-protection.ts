import { ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { findSeveral, noteLines } from "./named-snapshots.ts";

export const setProtection = async (
  context: Context,
  refs: readonly string[],
  on: boolean,
): Promise<ExitCode> => {
  refuseReadOnly(context, "A snapshot would be marked.");
  const { vault } = await openConfiguredVault(context);
  const found = await findSeveral(context, await vault.list(), refs);
  context.err(noteLines(found));
  const ids = found.map(({ snapshot }) => snapshot.id);
  for (const id of ids) await vault.protect(id, on);
  if (context.flags.json) {
    const snapshots = await Promise.all(ids.map((id) => vault.show(id)));
    context.out(`${JSON.stringify({ snapshots })}\n`);
  } else {
    context.out(ids.map((id) => `✅ ${on ? "Protected" : "No longer protected"}: ${id}\n`).join(""));
  }
  return ExitCode.fine;
};

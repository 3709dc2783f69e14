import { ExitCode } from "../../../ground/index.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { refuseReadOnly } from "../confirm.ts";
import { findEvenDamaged, noteLines } from "./named-snapshots.ts";

export const setProtection = async (
  context: Context,
  refs: readonly string[],
  on: boolean,
): Promise<ExitCode> => {
  refuseReadOnly(context, "A snapshot would be marked.");
  const { vault } = await openConfiguredVault(context);
  const { ids, found } = await findEvenDamaged(context, await vault.list(), refs);
  context.err(noteLines(found, context));
  for (const id of ids) await vault.protect(id, on);
  if (context.flags.json) {
    const { snapshots: all } = await vault.list();
    const snapshots = all.filter(({ id }) => ids.includes(id));
    context.out(`${JSON.stringify({ snapshots })}\n`);
  } else {
    context.out(ids.map((id) => `✅ ${on ? "Protected" : "No longer protected"}: ${id}\n`).join(""));
  }
  return ExitCode.fine;
};

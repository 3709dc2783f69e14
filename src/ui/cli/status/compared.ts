import { compareSnapshots, type ComparedSnapshots } from "../../../keeping/index.ts";
import { stateToSave } from "../../state-to-save.ts";
import { openConfiguredVault } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { findOne, noteLines } from "../vault/index.ts";

/** How the state directory of this run differs from a snapshot of it. */
export const comparedWith = async (context: Context, ref: string): Promise<ComparedSnapshots> => {
  const { vault } = await openConfiguredVault(context);
  const found = await findOne(context, await vault.list(), ref);
  context.err(noteLines([found], context));
  const { source } = await stateToSave(context);
  return compareSnapshots(vault, { id: found.snapshot.id }, { live: source }, context.signal);
};

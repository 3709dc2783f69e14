import { setProtection } from "../vault/set-protection.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["snapshots", "unprotect"],
  summary: "Let protected snapshots be deleted again.",
  operands: { usage: "REF…", least: 1 },
  options: {},
  run: (context, { operands }) => setProtection(context, operands, false),
});

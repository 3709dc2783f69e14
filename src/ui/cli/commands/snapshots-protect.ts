import { setProtection } from "../vault/set-protection.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  words: ["snapshots", "protect"],
  summary: "Keep snapshots from being deleted, by hand or by a cleanup.",
  operands: { usage: "REF…", least: 1 },
  options: {},
  run: (context, { operands }) => setProtection(context, operands, true),
});

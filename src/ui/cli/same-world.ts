import { shellWord } from "../../ground/index.ts";
import type { GlobalFlags } from "./command.ts";

/** Where else than usual this run looked for what there is. */
export type SameWorld = Pick<GlobalFlags, "config" | "vault" | "state-dir">;

/** Ours by their first word; "run clawback there" is none. */
const commands =
  /\bclawback (?=(?:alerts|config|doctor|guard|incident|logs|restore|run|service|session|snapshots|status|vault)\b)/g;

/**
 * What is named as the next command is meant for the same configuration, vault and state directory as this one, and is
 * pasted as it stands: without them it would be done to another gateway. For words of ours only.
 */
export const inSameWorld = (text: string, flags: SameWorld): string => {
  const given = (["config", "vault", "state-dir"] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name} ${shellWord(value)} `];
  });
  return given.length === 0 ? text : text.replaceAll(commands, (call) => call + given.join(""));
};

/** Names a gateway behind the words of a command; nothing where it is not known whose it is. */
export const ofGateway = (gateway: string | undefined): string =>
  gateway === undefined ? "" : ` --gateway ${shellWord(gateway)}`;

/** What a person types next about one gateway, as it can be pasted wherever several are configured. */
export const nextCommand = (flags: SameWorld, gateway: string | undefined, words: string): string =>
  inSameWorld(`clawback ${words}${ofGateway(gateway)}`, flags);

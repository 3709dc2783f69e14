import { shellWord } from "../../ground/index.ts";

/** Next steps are commands of clawback that can be pasted as they are, whatever a gateway calls its sessions. */
export const command = (gateway: string | undefined, ...words: readonly string[]): string =>
  ["clawback", ...words, ...(gateway === undefined ? [] : ["--gateway", gateway])].map(shellWord).join(" ");

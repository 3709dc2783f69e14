import { harmless } from "../../ground/index.ts";

/** Twins of the signs we use, for terminals and logs that know ASCII only. */
const twins: Readonly<Record<string, string>> = {
  "✅": "[ok]",
  "❌": "[x]",
  "⚠️": "[!]",
  "·": "-",
  "–": "-",
  "—": "-",
  "…": "...",
  "→": "->",
  "▲": "^",
  "●": "*",
  "✖": "x",
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
  "±": "+/-",
  "×": "x",
  "•": "*",
};

const sign = new RegExp(Object.keys(twins).join("|"), "gu");
const beyondAscii = /[^\x00-\x7f]/gu;
/** In a JSON document these can only stand inside strings, where an escape means the same. */
const riskyInJson =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const beyondAsciiUnit = /[^\x00-\x7e]/g;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * The last step before anything is written: whatever came from outside cannot act on a terminal, and with `--ascii`
 * every sign has its twin. JSON keeps its exact meaning: what could do harm is escaped instead of taken out.
 */
export const printable = (text: string, how: { readonly ascii: boolean; readonly json: boolean }): string => {
  if (how.json) return text.replace(how.ascii ? beyondAsciiUnit : riskyInJson, escaped);
  const safe = harmless(text);
  return how.ascii ? safe.replace(sign, (found) => twins[found] ?? "?").replace(beyondAscii, "?") : safe;
};

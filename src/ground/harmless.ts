/**
 * Text from outside (gateways, logs, file names, a config's values) can carry escape sequences, bidirectional
 * overrides and other controls that would move the cursor, hide words or answer the terminal's own queries.
 * Everything shown, logged or reported goes through here first.
 */

// A whole escape sequence goes together, so that its parameters do not remain behind as litter: CSI, then the string
// kinds (OSC, DCS, SOS, PM, APC) up to their end, then the short ones, in the 7-bit and the 8-bit form. One whose end is
// not in its line loses its beginning alone: it must not take the words of others along.
const escapeSequence =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])(?:[^\n\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]?/g;

// C0 but for tab and line feed, DEL and C1, then marks that reorder or hide text (ALM, LRM and RLM, embeddings,
// overrides and isolates), zero-width space and no-break, line and paragraph separators, lone surrogates.
const control =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const anySuspect =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/;

/** Keeps tabs and line feeds; everything else that could act on a terminal is gone. */
export const harmless = (text: string): string =>
  anySuspect.test(text) ? text.replace(escapeSequence, "").replace(control, "") : text;

/** One line of at most `limit` characters: line breaks and tabs become a space. */
export const harmlessLine = (text: string, limit = 2_000): string => {
  const short = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return harmless(short).replace(/[\t\n]+/g, " ");
};

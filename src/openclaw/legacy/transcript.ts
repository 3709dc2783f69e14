/** How long a session is and where it ends, without a word of it. */
export type TranscriptCount = {
  readonly messages: number;
  /** The id of the last entry; absent when the last line is incomplete or names none. */
  readonly leaf?: string;
};

/** Enough of a line to see its type and its id, which stand at its beginning. */
const headBytes = 512;

/**
 * Counts the messages of a transcript, one JSON entry a line, in pieces as they come. Of each line only the first bytes
 * are looked at, for `"type":"message"` and `"id"`; nothing of it is kept. A last line without its end (a gateway that
 * was killed while writing) does not count.
 */
export const countTranscript = async (pieces: AsyncIterable<Uint8Array>): Promise<TranscriptCount> => {
  const head = Buffer.alloc(headBytes);
  let filled = 0;
  let messages = 0;
  let leaf: string | undefined;
  for await (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const end = piece.indexOf(10, at);
      const stop = end === -1 ? piece.length : end;
      if (filled < headBytes) {
        const taken = Math.min(stop - at, headBytes - filled);
        head.set(piece.subarray(at, at + taken), filled);
        filled += taken;
      }
      if (end === -1) break;
      const entry = entryOf(head.toString("latin1", 0, filled));
      if (entry !== undefined) {
        if (entry.isMessage) messages += 1;
        leaf = entry.id ?? leaf;
      }
      filled = 0;
      at = end + 1;
    }
  }
  return leaf === undefined ? { messages } : { messages, leaf };
};

const entryOf = (
  head: string,
): { readonly isMessage: boolean; readonly id: string | undefined } | undefined => {
  const type = /^\s*\{(?:"(?:id|parentId|timestamp)":(?:"[^"]*"|null|\d+),)*"type":"(?<type>\w+)"/.exec(head)
    ?.groups?.["type"];
  if (type === undefined || type === "session") return undefined;
  // The fields before the message itself: whatever follows belongs to the conversation.
  const envelope = head.split(/"(?:message|content|summary|data|details)":/, 1)[0] ?? "";
  return { isMessage: type === "message", id: /"id":"(?<id>[\w-]{1,128})"/.exec(envelope)?.groups?.["id"] };
};

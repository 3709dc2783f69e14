import { createHash } from "node:crypto";
import type { GatewayEvent, LogLine } from "../../clients/index.ts";
import type { AlertSettings } from "../alerts/settings.ts";
import type { Event } from "../event.ts";

/**
 * Looks for the values of known secrets in log lines before they reach the model. Only hashes of the secrets are known
 * here: each word of a line is hashed and looked up. What is found is taken out of the line and told as a leak.
 */
export const secretGuard = (
  known: AlertSettings["knownSecrets"],
): ((event: GatewayEvent) => readonly Event[]) => {
  const names = new Map(known.map(({ name, sha256 }) => [sha256.toLowerCase(), name]));
  return (event) => {
    if (event.kind !== "log" || names.size === 0) return [{ kind: "gateway", event }];
    const leaks: Event[] = [];
    const lines = event.lines.map((line) => {
      const { message, found } = cleaned(line, names);
      if (found === undefined) return line;
      leaks.push({
        kind: "leak",
        at: event.at,
        gateway: event.gateway,
        leak: {
          at: event.at,
          subsystem: line.subsystem,
          what: `the value of ${found}`,
          redacted: message.slice(0, 300),
        },
      });
      return { ...line, message };
    });
    return [{ kind: "gateway", event: leaks.length === 0 ? event : { ...event, lines } }, ...leaks];
  };
};

/** A secret shorter than this could not be told from a word. */
const shortest = 8;
/** Runs of parts grow with the square of the parts: a longer word is a path or a list, no secret. */
const mostParts = 31;
/** Words as secrets are written: everything between blanks, quotes and separators. */
const word = /[^\s"'`,;()[\]{}<>|\\]+/g;

const cleaned = (
  line: LogLine,
  names: ReadonlyMap<string, string>,
): { readonly message: string; readonly found: string | undefined } => {
  let found: string | undefined;
  const take = (candidate: string): string | undefined => {
    if (candidate.length < shortest) return undefined;
    const name = names.get(createHash("sha256").update(candidate).digest("hex"));
    if (name !== undefined) found ??= name;
    return name === undefined ? undefined : "••••";
  };
  const message = line.message.replace(word, (text) => {
    const parts = text.split(/([=:&?/@.!])/).slice(0, mostParts);
    // As the value behind a name, in an address, before a full stop: any run of parts, the longest first.
    for (let length = parts.length; length > 0; length -= 1) {
      for (let first = 0; first + length <= parts.length; first += 1) {
        const candidate = parts.slice(first, first + length).join("");
        if (take(candidate) !== undefined) return text.replaceAll(candidate, "••••");
      }
    }
    return text;
  });
  return { message, found };
};

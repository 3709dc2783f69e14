import type { Finding } from "../../../core/index.ts";
import { count, counted } from "../../../ground/index.ts";

/** Of each list this many are shown in words; JSON has them all. */
const limit = 20;

export const findingLines = (findings: readonly Finding[]): readonly string[] => {
  const shown = findings.slice(0, limit);
  return [
    ...shown.flatMap(({ message, hint }, at) => [
      `⚠️ ${message}`,
      // One way out is said once, below the last finding it is for.
      ...(hint === undefined || hint === shown[at + 1]?.hint ? [] : [`   ${hint}`]),
    ]),
    ...more(findings.length, "findings"),
  ];
};

/** Damage by what it hurts: objects first, then each snapshot with its files. */
export const hurtLines = (findings: readonly Finding[]): readonly string[] => {
  const objects = findings.filter(({ snapshot }) => snapshot === undefined);
  const hurt = Map.groupBy(
    findings.filter(({ snapshot }) => snapshot !== undefined),
    ({ snapshot }) => snapshot ?? "",
  );
  const ids = [...hurt.keys()];
  return [
    ...objects
      .slice(0, limit)
      .flatMap(({ object, message, hint }) => [
        `❌ ${object === undefined || message.includes(object) ? "" : `${object}: `}${message}`,
        ...(hint === undefined ? [] : [`   ${hint}`]),
      ]),
    ...more(objects.length, "damaged objects"),
    ...ids.slice(0, limit).flatMap((id) => snapshotLines(id, hurt.get(id) ?? [])),
    ...more(ids.length, "hurt snapshots"),
  ];
};

const snapshotLines = (id: string, findings: readonly Finding[]): readonly string[] => {
  const files = findings.filter(({ path }) => path !== undefined);
  const whole = findings.filter(({ path }) => path === undefined);
  const hints = new Set(findings.flatMap(({ hint }) => hint ?? []));
  return [
    ...whole.map(({ message }) => `❌ ${id}: ${message}`),
    ...(files.length === 0 ? [] : [`❌ ${id}: ${counted(files.length, "file is", "files are")} hurt`]),
    ...files
      .slice(0, limit)
      .map(({ path, object }) => `   ${path ?? ""}${object === undefined ? "" : ` (${object})`}`),
    ...more(files.length, "files").map((line) => `   ${line}`),
    ...[...hints].map((hint) => `   ${hint}`),
  ];
};

const more = (total: number, what: string): readonly string[] =>
  total > limit ? [`… and ${count(total - limit)} more ${what}; --json lists all`] : [];

import { statedVitals, type StatedVitals } from "./vital-words.ts";
import type { SnapshotSummary } from "../../../core/index.ts";
import { bytes, counted } from "../../../ground/index.ts";

/** `2026-03-02 10:56:00`, in UTC as ids are. */
export const timeText = (iso: string): string => iso.slice(0, 19).replace("T", " ");

export const takenAt = ({ createdAt }: Pick<SnapshotSummary, "createdAt">): number => Date.parse(createdAt);

/** A snapshot in a few lines: what `save` and `show` say of it. */
export const wordLines = (snapshot: SnapshotSummary): readonly string[] => {
  const vitals: StatedVitals = statedVitals(snapshot.vitals);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Name", snapshot.name ?? undefined],
    ["Kind", snapshot.kind],
    ["Taken", `${timeText(snapshot.createdAt)} UTC`],
    [
      "Gateway",
      [snapshot.gateway, snapshot.gatewayVersion].filter((word) => word !== null).join(" ") || undefined,
    ],
    ["State directory", `${snapshot.stateDir} on ${snapshot.host}`],
    ["Tags", snapshot.tags.length === 0 ? undefined : snapshot.tags.join(", ")],
    ["Description", snapshot.description ?? undefined],
    ["Data size", `${bytes(snapshot.bytes)} in ${counted(snapshot.files, "file")}`],
    [
      "New",
      `${bytes(snapshot.newBytes)}, stored as ${bytes(snapshot.storedBytes)} (${snapshot.compression}${snapshot.encrypted ? ", encrypted" : ", not encrypted"})`,
    ],
    ["Context usage", vitals.contextUsage],
    ["Agents, sessions", `${vitals.agents}, ${vitals.sessions}`],
    ["Memory keys", vitals.memoryKeys],
    ["Verified", snapshot.verifiedAt === null ? "not yet" : `${timeText(snapshot.verifiedAt)} UTC`],
    ["Protected", snapshot.protected ? "yes" : undefined],
    ["Kept until", snapshot.expiresAt === null ? undefined : `${timeText(snapshot.expiresAt)} UTC`],
  ];
  return rows.flatMap(([title, text]) => (text === undefined ? [] : [`  ${title.padEnd(16)}  ${text}`]));
};

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMissing } from "../../ground/index.ts";

/** The transcript of a session that was deleted, as the gateway keeps it. Its key is not written in it. */
export type DeletedArchive = {
  readonly agentId: string;
  readonly sessionId: string;
  readonly deletedAt: number;
  readonly path: string;
  readonly sizeBytes: number;
};

const archiveName =
  /^(?<id>[0-9A-Za-z-]{8,64})\.jsonl\.deleted\.(?<day>\d{4}-\d{2}-\d{2}T)(?<time>\d{2}-\d{2}-\d{2}(?:\.\d+)?)Z(?:\..*)?$/;

/** Every archive of deleted sessions below a state directory, the newest first. */
export const deletedArchives = (stateDir: string): readonly DeletedArchive[] =>
  namesIn(join(stateDir, "agents"))
    .flatMap((agentId) => {
      const directory = join(stateDir, "agents", agentId, "sessions");
      return namesIn(directory).flatMap((name): DeletedArchive[] => {
        const { id, day, time } = archiveName.exec(name)?.groups ?? {};
        if (id === undefined || day === undefined || time === undefined) return [];
        const path = join(directory, name);
        return [
          {
            agentId,
            sessionId: id,
            deletedAt: Date.parse(`${day}${time.replaceAll("-", ":")}Z`),
            path,
            sizeBytes: statSync(path).size,
          },
        ];
      });
    })
    .toSorted((left, right) => right.deletedAt - left.deletedAt);

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

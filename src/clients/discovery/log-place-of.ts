import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type StatePlace, readConfig, textAt } from "../../openclaw/index.ts";
import type { LogPlace } from "../logs/index.ts";

export type LogPorts = {
  /** The system's own directory for temporary files. */
  readonly tmpdir: string;
  readonly uid: number;
  readonly platform: NodeJS.Platform;
};

const sharedDir = "/tmp/openclaw";

/** Where the gateway of a state directory writes its log: the file its configuration names, or the daily file. */
export const logPlaceOf = async (place: StatePlace, ports: LogPorts): Promise<LogPlace> => {
  const reading = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const written = reading.kind === "read" ? textAt(reading.config, ["logging", "file"]) : undefined;
  if (written === undefined) {
    const shared = ports.platform !== "win32" && existsSync(sharedDir);
    const dir = shared ? sharedDir : join(ports.tmpdir, `openclaw-${ports.uid}`);
    return { kind: "daily", dir, family: familyOf(place.profile) };
  }
  const path = place.expand(written);
  // A file named after a day goes on to the next day's; any other stays what it is.
  const daily = /^openclaw-(?:\d{4}-\d{2}-\d{2}|YYYY-MM-DD)\.log$/.test(basename(path));
  return daily ? { kind: "daily", dir: dirname(path), family: "openclaw" } : { kind: "file", path };
};

/** A profile's name in a file name: what is not a small letter or a digit is written after a dash. */
const familyOf = (profile: string | undefined): string => {
  if (profile === undefined) return "openclaw";
  const encoded = Array.from(profile, (character) => {
    if (/[a-z0-9]/.test(character)) return character;
    if (character === "-") return "--";
    if (character === "_") return "-0";
    return `-1${character.toLowerCase()}`;
  });
  return `openclaw-${encoded.join("")}`;
};

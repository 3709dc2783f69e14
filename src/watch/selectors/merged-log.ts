import type { LogLevel, LogLine } from "../../clients/index.ts";
import type { Model } from "../model.ts";

export type FleetLogLine = LogLine & { readonly gateway: string };

/** From the least to the worst. */
export const logLevels = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
] as const satisfies readonly LogLevel[];

/** The newest lines of all gateways (or one), from a level on, oldest first. */
export const mergedLog = (
  model: Model,
  wanted: { readonly from: LogLine["level"]; readonly limit: number; readonly gateway?: string },
): readonly FleetLogLine[] => {
  const least = logLevels.indexOf(wanted.from);
  const lines: FleetLogLine[] = [];
  for (const gateway of model.gateways) {
    const { name } = gateway.identity;
    if (wanted.gateway !== undefined && wanted.gateway !== name) continue;
    let taken = 0;
    // From the end: no gateway can have more of the newest lines than are wanted in all.
    for (let place = gateway.log.length - 1; place >= 0 && taken < wanted.limit; place -= 1) {
      const line = gateway.log[place];
      if (line === undefined || logLevels.indexOf(line.level) < least) continue;
      lines.push({ ...line, gateway: name });
      taken += 1;
    }
  }
  return lines.toSorted((a, b) => a.at - b.at).slice(-wanted.limit);
};

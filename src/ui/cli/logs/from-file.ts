import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename } from "node:path";
import { logPlaceOf, tailLogFile, type GatewaySettings, type LogPlace } from "../../../clients/index.ts";
import type { Clock } from "../../../ground/index.ts";
import { profileOfDirectory, statePlace } from "../../../openclaw/index.ts";
import type { LogListener, LogSpan } from "./log-source.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a gateway of this machine writes its log; undefined for one whose state directory is elsewhere. */
export const logOf = async (
  { stateDir }: GatewaySettings,
  env: Environment,
): Promise<LogPlace | undefined> => {
  if (stateDir === undefined) return undefined;
  const profile = profileOfDirectory(basename(stateDir)) ?? "";
  const place = statePlace({
    env: {},
    home: env["HOME"] ?? homedir(),
    stateDir,
    exists: existsSync,
    ...(profile === "" ? {} : { profile }),
  });
  return logPlaceOf(place, { tmpdir: tmpdir(), uid: process.getuid?.() ?? -1, platform: process.platform });
};

/** The newest lines of the file, and, when told to follow, every new one until the signal. */
export const readLogFile = async (
  gateway: string,
  place: LogPlace,
  { filter, last }: LogSpan,
  how: { readonly follow: boolean; readonly signal: AbortSignal; readonly clock: Clock },
  listener: LogListener,
): Promise<void> => {
  const { follow, signal, clock } = how;
  for await (const news of tailLogFile(place, { last, filter, follow, signal }, clock)) {
    if (news.kind === "lines") listener.lines(gateway, news.lines);
    else listener.notice(gateway, news.text);
  }
};

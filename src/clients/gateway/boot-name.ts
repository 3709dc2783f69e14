import { sameStartMs } from "./state/boots.ts";

/** Names the starts of an older gateway, whose hello tells its uptime and no boot id: by when each began. */
export const bootNamer = (): ((uptimeMs: number | undefined, now: number) => string) => {
  let named: { readonly startedAt: number; readonly name: string } | undefined;
  return (uptimeMs, now) => {
    const startedAt = uptimeMs === undefined ? named?.startedAt : now - uptimeMs;
    if (startedAt === undefined) return "unknown start";
    if (named === undefined || Math.abs(startedAt - named.startedAt) >= sameStartMs) {
      named = { startedAt, name: `started ${new Date(startedAt).toISOString()}` };
    }
    return named.name;
  };
};

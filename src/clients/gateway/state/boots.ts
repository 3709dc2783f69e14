/**
 * The starts of a gateway's process that were seen. A hello brings a boot id; `/startupz` brings only an uptime, which
 * dates a start as well, so that a gateway that dies before its first hello is counted too.
 */
export type Boots = {
  readonly newest: string | undefined;
  readonly startedAt: number | undefined;
  /** When each new start was noticed that no goodbye had announced; the first one met is not new. Bounded. */
  readonly noticed: readonly number[];
  /** The last goodbye that a start came after: it announced that one, and none that comes after it. */
  readonly goodbyeAt: number | undefined;
};

export const noBoots: Boots = {
  newest: undefined,
  startedAt: undefined,
  noticed: [],
  goodbyeAt: undefined,
};

export const crashLoopBoots = 3;
export const crashLoopMs = 10 * 60_000;

const remembered = 32;
/** Two reckonings of the same start differ by network and rounding. */
export const sameStartMs = 3_000;

export const bootSeen = (
  boots: Boots,
  bootId: string | undefined,
  uptimeMs: number | undefined,
  now: number,
  goodbyeAt: number | undefined,
): Boots => {
  const startedAt = uptimeMs === undefined ? undefined : now - uptimeMs;
  const first = boots.newest === undefined && boots.startedAt === undefined;
  const sameId = bootId !== undefined && bootId === boots.newest;
  // A boot that was noticed by its uptime gets its name when it says hello.
  const sameStart =
    startedAt !== undefined && boots.startedAt !== undefined && startedAt - boots.startedAt < sameStartMs;
  const named = bootId !== undefined && boots.newest !== undefined && bootId !== boots.newest;
  const isNew = !first && !sameId && !sameStart && (named || startedAt !== undefined);
  const isAnnounced = goodbyeAt !== undefined && goodbyeAt !== boots.goodbyeAt;
  return {
    newest: bootId ?? boots.newest,
    startedAt: startedAt ?? boots.startedAt,
    noticed: isNew && !isAnnounced ? [...boots.noticed, now].slice(-remembered) : boots.noticed,
    goodbyeAt: isNew && isAnnounced ? goodbyeAt : boots.goodbyeAt,
  };
};

export const bootsWithin = (boots: Boots, now: number): number =>
  boots.noticed.filter((at) => now - at < crashLoopMs).length;

import { resolve } from "node:path";
import type { Listed } from "../../../core/index.ts";
import {
  belongingTo,
  findSnapshot,
  findSnapshots,
  type FoundSnapshot,
  type RefScope,
  type Whose,
} from "../../../keeping/index.ts";
import type { Context } from "../command.ts";
import { wrapped } from "../wrapped.ts";

/** The snapshot that an operand means; of one gateway where that is known, or said on the command line. */
export const findOne = async (
  context: Context,
  listed: Listed,
  written: string,
  of = saidIn(context),
): Promise<FoundSnapshot> => findSnapshot(written, listed, await scopeOf(context, listed, [written], of));

export const findSeveral = async (
  context: Context,
  listed: Listed,
  written: readonly string[],
): Promise<readonly FoundSnapshot[]> =>
  findSnapshots(written, listed, await scopeOf(context, listed, written, saidIn(context)));

const saidIn = ({ flags, cwd }: Context): Whose | undefined => {
  const [name] = flags.gateway;
  const stateDir = flags["state-dir"];
  if (name === undefined && stateDir === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(stateDir === undefined ? {} : { stateDir: resolve(cwd, stateDir) }),
  };
};

const scopeOf = async (
  context: Context,
  listed: Listed,
  written: readonly string[],
  of: Whose | undefined,
): Promise<RefScope> => {
  const scope = of === undefined ? {} : { of };
  if (!written.some((each) => each.trim() === "last-good")) return scope;
  const { lastGoodIn } = await import("../../../watch/effects/index.ts");
  const onsetAt = await onsetOf(context, of?.name);
  const before = onsetAt === undefined ? { now: context.clock.now() } : { onsetAt };
  const lastGood =
    of === undefined
      ? lastGoodIn(listed.snapshots, before)
      : lastGoodIn(listed.snapshots.filter(belongingTo(of)), before, of.name ?? of.stateDir);
  return { ...scope, ...(lastGood === undefined ? {} : { lastGood }) };
};

const newestIncidents = 100;

/** Like `findSeveral`, but a damaged one that is named by its id is meant too: to be let go. */
export const findEvenDamaged = async (
  context: Context,
  listed: Listed,
  written: readonly string[],
): Promise<{ readonly ids: readonly string[]; readonly found: readonly FoundSnapshot[] }> => {
  const damaged = new Set(listed.findings.flatMap(({ snapshot }) => snapshot ?? []));
  const found = await findSeveral(
    context,
    listed,
    written.filter((ref) => !damaged.has(ref)),
  );
  const ids = [...found.map(({ snapshot }) => snapshot.id), ...written.filter((ref) => damaged.has(ref))];
  return { ids: [...new Set(ids)], found };
};

/** When the open trouble began, as far as a guard or a console has watched. */
const onsetOf = async (context: Context, gateway: string | undefined): Promise<number | undefined> => {
  const { openFormerHistory } = await import("../../history.ts");
  using history = await openFormerHistory(context);
  const open = history?.stories
    .incidents(newestIncidents)
    .filter(({ state }) => state === "open")
    .filter((incident) => gateway === undefined || incident.gateways.includes(gateway));
  return open === undefined || open.length === 0 ? undefined : Math.min(...open.map(({ onset }) => onset.at));
};

/** Said beside the answer, not in it. */
export const noteLines = (found: readonly FoundSnapshot[], { terminal }: Pick<Context, "terminal">): string =>
  found
    .flatMap(({ notes }) => notes.flatMap((note) => wrapped("", note, terminal)))
    .map((line) => `${line}\n`)
    .join("");

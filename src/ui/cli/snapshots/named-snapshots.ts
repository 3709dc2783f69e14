import type { Listed } from "../../../core/index.ts";
import { findSnapshot, findSnapshots, type FoundSnapshot } from "../../../watch/effects/vault/index.ts";
import type { Context } from "../command.ts";

/** The snapshot that an operand means. */
export const findOne = async (context: Context, listed: Listed, written: string): Promise<FoundSnapshot> =>
  findSnapshot(written, listed, await scopeOf(context, [written]));

export const findSeveral = async (
  context: Context,
  listed: Listed,
  written: readonly string[],
): Promise<readonly FoundSnapshot[]> => findSnapshots(written, listed, await scopeOf(context, written));

const scopeOf = async (
  context: Context,
  written: readonly string[],
): Promise<Parameters<typeof findSnapshot>[2]> => {
  const [gateway] = context.flags.gateway;
  const now = context.clock.now();
  const onsetAt = written.includes("last-good") ? ((await onsetOf(context, gateway)) ?? now) : now;
  return { ...(gateway === undefined ? {} : { gateway }), onsetAt };
};

const newestIncidents = 100;

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
export const noteLines = (found: readonly FoundSnapshot[]): string =>
  found.flatMap(({ notes }) => notes.map((note) => `${note}\n`)).join("");

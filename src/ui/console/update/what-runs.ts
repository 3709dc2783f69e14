import { gatewayNamed, numbersNow } from "../../../watch/index.ts";
import type { ConsoleModel } from "../state/model.ts";
import { live, pairOf, type Compared } from "../state/vault.ts";

/**
 * The disk knows nothing of channels, nor of the process and the version that run: of the side that is now, the watch
 * does, and says so at the moment the comparison comes. Of a snapshot its own words count.
 */
export const withWhatRuns = (model: ConsoleModel, key: string, compared: Compared): Compared => {
  if (compared.kind !== "done") return compared;
  const { gateway: name, a, b } = pairOf(key);
  const gateway = gatewayNamed(model.watch, name);
  const versionOf = (side: string): string | undefined =>
    side === live
      ? gateway?.hello?.version
      : (model.vault.listed.find(({ id }) => id === side)?.gatewayVersion ?? undefined);
  const versions = { before: versionOf(a), after: versionOf(b) };
  if (b !== live || gateway === undefined) return { ...compared, versions };
  const numbers = numbersNow(gateway.vitals, model.watch.now);
  const vitals = compared.comparison.vitals.map((vital) => {
    const now = vital.after ?? numbers[vital.name] ?? null;
    return { ...vital, after: now, delta: vital.before === null || now === null ? null : now - vital.before };
  });
  return { ...compared, versions, comparison: { ...compared.comparison, vitals } };
};

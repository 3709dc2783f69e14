import type { Vault } from "../../core/index.ts";
import type { Clock } from "../../ground/index.ts";
import { compareFile, compareSnapshots, stateSource } from "../../keeping/index.ts";
import { problemSaid } from "../../watch/index.ts";
import { comparisonText } from "../cli/vault/comparison-text.ts";
import {
  comparisonKey,
  differenceKey,
  failedBy,
  live,
  type Pair,
  type ShownDifference,
  type VaultNews,
} from "../console/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { shownLines } from "./harmless-news.ts";

export type ComparisonPorts = {
  readonly vault: () => Vault;
  readonly fleet: FleetSource;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (news: VaultNews) => void;
};

/** Two snapshots side by side, or one and the live state; and one file of them, line by line. */
export type Comparisons = {
  readonly compare: (pair: Pair) => Promise<void>;
  readonly difference: (pair: Pair, path: string) => Promise<void>;
};

/** What fails is told where the comparison would have stood. */
export const comparisonsOn = ({ vault, fleet, env, clock, signal, tell }: ComparisonPorts): Comparisons => {
  const side = async (gateway: string, id: string) => {
    if (id !== live) return { id };
    const stateDir = fleet.gateways.find(({ name }) => name === gateway)?.stateDir;
    if (stateDir !== undefined) return { live: await stateSource({ env, stateDir }) };
    throw problemSaid(
      "STATE_ELSEWHERE",
      { say: "state-elsewhere", gateway },
      { advice: { say: "compare-two" } },
    );
  };
  const sides = async ({ gateway, a, b }: Pair) => [await side(gateway, a), await side(gateway, b)] as const;
  return {
    compare: async (pair) => {
      const key = comparisonKey(pair);
      const opened = vault();
      try {
        const comparison = await compareSnapshots(opened, ...(await sides(pair)), signal);
        const report = comparisonText(comparison, 0);
        tell({ kind: "compared", key, compared: { kind: "done", at: clock.now(), comparison, report } });
      } catch (error) {
        tell({ kind: "compared", key, compared: failedBy(error) });
      }
    },
    difference: async (pair, path) => {
      const key = differenceKey(pair, path);
      try {
        const [a, b] = await sides(pair);
        const { difference } = await compareFile(vault(), a, b, path);
        tell({ kind: "difference", key, difference: shownOf(difference) });
      } catch (error) {
        tell({ kind: "difference", key, difference: failedBy(error) });
      }
    },
  };
};

type Difference = Awaited<ReturnType<typeof compareFile>>["difference"];

const shownOf = (difference: Difference): ShownDifference =>
  difference.kind === "text" ? { kind: "done", lines: shownLines(difference.lines) } : difference;

import { startHolder, type Holder } from "../database/capture.ts";
import type { PackWriter } from "../pack/pack-writer.ts";
import { Meter } from "../progress.ts";
import { scanDigest, type Seen } from "../source/scan-digest.ts";
import { scan, type Scan } from "../source/scan.ts";
import { foresee } from "./foresight.ts";
import { hireHands, isWorthThreads, type SaveHands } from "./save-crew.ts";
import type { Attempt } from "./save-options.ts";

/** What a walk has seen, and who stands ready because of it. */
export type Walked = Scan & {
  readonly seen: Seen;
  readonly holder: Holder | undefined;
  readonly hands: SaveHands | undefined;
};

/** Walks through the tree, and starts on the way what takes a while to come up: `helpers` dismisses it. */
export const walk = async (
  attempt: Attempt,
  sinceNs: bigint | undefined,
  writer: PackWriter,
  helpers: AsyncDisposableStack,
): Promise<Walked> => {
  const { plan, clock, options, signal } = attempt;
  let holder: Holder | undefined;
  let hands: SaveHands | undefined;
  const scanned = await scan(
    plan,
    new Meter(clock, options.onProgress, "scan", "files"),
    signal,
    foresee(sinceNs ?? 0n, {
      onDatabase: () => {
        holder = helpers.use(startHolder());
      },
      onBytes: (bytes) => {
        if (hands !== undefined) return;
        const reading = { bytes, hasBase: sinceNs !== undefined };
        if (isWorthThreads(attempt, reading)) hands = helpers.use(hireHands(attempt, reading, writer));
      },
    }),
  );
  return { ...scanned, seen: scanDigest(scanned.items), holder, hands };
};

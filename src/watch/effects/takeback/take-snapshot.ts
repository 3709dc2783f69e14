import type { OnProgress, SnapshotKind, SnapshotSummary, Vault } from "../../../core/index.ts";
import { carriedSessions } from "./snapshot-contents.ts";
import type { LiveState } from "./live-state.ts";

export type TakeSnapshotOptions = {
  readonly kind: SnapshotKind;
  readonly gateway: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
};

/** Saves a live state with what describes it: vitals, and each session's last entry. */
export const takeSnapshot = async (
  vault: Vault,
  source: LiveState,
  options: TakeSnapshotOptions,
): Promise<SnapshotSummary> => {
  const { snapshot } = await vault.save(source.plan, {
    ...options,
    describe: async () => {
      const reading = await source.read();
      const vitals = { ...reading.vitals };
      return {
        vitals,
        sessions: { kind: reading.kind, vitals, sessions: carriedSessions(reading.sessions) },
        ...(reading.gatewayVersion === undefined ? {} : { gatewayVersion: reading.gatewayVersion }),
      };
    },
  });
  return snapshot;
};

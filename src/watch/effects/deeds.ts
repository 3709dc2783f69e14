import { thisRun } from "../../core/index.ts";
import { problemOf, type Clock } from "../../ground/index.ts";
import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import type { SnapshotSummary } from "../snapshot-summary.ts";

export type SnapshotAsked = Extract<Effect, { readonly kind: "take-snapshot" }>;
export type RecoveryAsked = Extract<Effect, { readonly kind: "recover" }>;

/** What is done about a gateway rather than told of it. */
export type DeedPorts = {
  /** Takes a snapshot when a policy asks for one; nothing where there is no vault. Absent: nobody does. */
  readonly takeSnapshot?: (asked: SnapshotAsked) => Promise<SnapshotSummary | undefined>;
  /** Does something about a gateway that does not come back, and says what came of it. Absent: nobody does. */
  readonly recover?: (asked: RecoveryAsked) => Promise<string>;
};

export type DeedTellers = {
  readonly clock: Clock;
  readonly isEnded: () => boolean;
  readonly emit: (event: Event) => void;
  /** Other processes hear of it as well. */
  readonly publish: (event: Event & { readonly at: number }) => void;
  readonly trouble: (what: string, error: unknown) => void;
};

export type Deeds = {
  readonly snapshot: (asked: SnapshotAsked) => Promise<void>;
  readonly recover: (asked: RecoveryAsked) => Promise<void>;
};

export const deedsWith = (
  { takeSnapshot, recover }: DeedPorts,
  { clock, isEnded, emit, publish, trouble }: DeedTellers,
): Deeds => {
  /** One after the other: a fleet whose hour has come must not read all its disks at once. */
  let lastSnapshot = Promise.resolve();
  /** Asked for and not to be asked for again: at most one of each kind of each gateway. */
  const coming = new Map<string, Promise<void>>();
  const take = async (asked: SnapshotAsked): Promise<void> => {
    if (takeSnapshot === undefined || isEnded()) return;
    try {
      const taken = await takeSnapshot(asked);
      if (taken !== undefined) emit({ kind: "snapshot-taken", at: clock.now(), snapshot: taken });
    } catch (error) {
      trouble(`snapshot of ${asked.gateway}`, error);
    }
  };
  return {
    snapshot: (asked) => {
      const name = `${asked.as} ${asked.gateway}`;
      const before = coming.get(name);
      // One that takes longer than the policy waits would otherwise be taken once for each time it was asked for.
      if (before !== undefined) return before;
      const next = lastSnapshot.then(async () => {
        // What shows a moment is asked for anew once its reading has begun; of the regular ones one is enough.
        if (asked.as !== "full") coming.delete(name);
        await take(asked);
        coming.delete(name);
      });
      coming.set(name, next);
      lastSnapshot = next;
      return next;
    },
    /** Everybody who watches sees it under way, and takes what the gateway does meanwhile for no outage. */
    recover: async (asked) => {
      if (recover === undefined) return;
      const { gateway, deed, reason } = asked;
      const startedAt = clock.now();
      const begun = {
        id: `recovery-${gateway}-${startedAt}`,
        kind: "service",
        gateway,
        startedAt,
        step: `${deed}: ${reason}`,
        disturbs: true,
        runBy: await thisRun(),
      } as const;
      publish({ kind: "operation", at: startedAt, operation: begun });
      const say = (ok: boolean, text: string): void => {
        const at = clock.now();
        publish({ kind: "operation", at, operation: { ...begun, ended: { at, ok, text } } });
        publish({ kind: "mark", at, mark: { at, text: `guard: ${deed}, ${text}`, by: "guard", gateway } });
      };
      try {
        say(true, await recover(asked));
      } catch (error) {
        say(false, problemOf(error).message);
        trouble(`${deed} of ${gateway}`, error);
      }
    },
  };
};

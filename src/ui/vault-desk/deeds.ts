import type { Progress, SnapshotKind, Vault } from "../../core/index.ts";
import { age, bytes, count, ExitCode, problemOf } from "../../ground/index.ts";
import { saveSnapshot, stateSource } from "../../keeping/index.ts";
import { problemSaid, told, type Event, type Operation, type Told } from "../../watch/index.ts";
import { summaryOf } from "../../watch/effects/index.ts";
import type { Context } from "../cli/command.ts";
import type { VaultNews } from "../console/index.ts";
import type { FleetSource } from "../fleet-source.ts";
import { targetPath } from "../vault-source.ts";

/** What changes something in the vault. Each answers with what came of it, in words. */
export type Deeds = {
  readonly save: (gateway: string, name: string | undefined, kind: SnapshotKind) => Promise<Told>;
  readonly verify: (gateway: string, id: string) => Promise<Told>;
  readonly protect: (id: string, on: boolean) => Promise<Told>;
  readonly exportTo: (gateway: string, ids: readonly string[], path: string) => Promise<Told>;
  readonly remove: (gateway: string, id: string) => Promise<Told>;
};

export type DeedPorts = {
  readonly context: Context;
  readonly fleet: FleetSource;
  readonly dispatch: (event: Event) => void;
  readonly tell: (news: VaultNews) => void;
  /** The vault is another: it is listed at once. */
  readonly nudge: () => void;
  readonly signal: AbortSignal;
};

export const deedsOn = (vault: Vault, ports: DeedPorts): Deeds => {
  const { context, fleet, dispatch, tell, nudge, signal } = ports;
  const { clock } = context;
  let begun = 0;

  /** Something that lasts, as everybody who watches sees it. */
  const operate = async <Answer>(
    kind: Operation["kind"],
    gateway: string,
    work: (onProgress: (progress: Progress) => void) => Promise<Answer>,
    wordsOf: (answer: Answer) => string,
  ): Promise<Answer> => {
    const startedAt = clock.now();
    begun += 1;
    const first: Operation = {
      id: `${kind}-${startedAt}-${begun}`,
      kind,
      gateway,
      startedAt,
      step: "begins",
      disturbs: false,
    };
    let now = first;
    const say = (change: Partial<Operation>): void => {
      now = { ...now, ...change };
      dispatch({ kind: "operation", at: clock.now(), operation: now });
    };
    say({});
    try {
      const answer = await work((progress) => {
        say({ step: stepOf(progress), ...partOf(progress) });
      });
      say({ ended: { at: clock.now(), ok: true, text: wordsOf(answer) } });
      return answer;
    } catch (error) {
      say({ ended: { at: clock.now(), ok: false, text: problemOf(error).message } });
      throw error;
    }
  };

  return {
    save: async (gateway, name, kind) => {
      const settings = fleet.gateways.find((each) => each.name === gateway);
      if (settings?.stateDir === undefined) {
        throw problemSaid(
          "STATE_ELSEWHERE",
          { say: "state-elsewhere", gateway },
          { advice: { say: "run-there" } },
        );
      }
      const source = await stateSource({ env: context.env, stateDir: settings.stateDir });
      const { snapshot, findings } = await operate(
        "snapshot",
        gateway,
        (onProgress) =>
          saveSnapshot(vault, source, {
            kind,
            gateway,
            signal,
            onProgress,
            ...(name === undefined ? {} : { name }),
            // Somebody waits for a snapshot she asked for; the first one of a demo must not come too late.
            ...(kind === "manual"
              ? {
                  liveVitals: async () => {
                    const { liveVitals } = await import("../live-vitals.ts");
                    return await liveVitals(context, settings);
                  },
                }
              : {}),
          }),
        (saved) => saved.snapshot.id,
      );
      const taken = summaryOf(snapshot, gateway);
      dispatch({ kind: "snapshot-taken", at: clock.now(), snapshot: taken });
      nudge();
      return told({
        say: "saved",
        snapshot: snapshot.id,
        fresh: snapshot.newBytes,
        all: snapshot.bytes,
        missed: findings.length,
      });
    },
    verify: async (gateway, id) => {
      const verified = await operate(
        "verify",
        gateway,
        (onProgress) =>
          vault.verify([id], {
            depth: "full",
            note: context.flags["read-only"] ? "nothing" : "what-is-found",
            signal,
            onProgress,
          }),
        ({ ok }) => (ok ? `${id} is whole` : `${id} is damaged`),
      );
      const findings = verified.findings.filter(({ snapshot }) => snapshot === id).length;
      const at = clock.now();
      tell({ kind: "checked", id, findings });
      dispatch({
        kind: "snapshot-verified",
        at,
        gateway,
        id,
        verification: findings === 0 ? { kind: "passed", at } : { kind: "damaged", at, findings },
      });
      nudge();
      if (verified.ok) return told({ say: "is-whole", snapshot: id, read: verified.checkedBytes });
      throw problemSaid(
        "SNAPSHOT_DAMAGED",
        findings === 0
          ? { say: "others-hurt", snapshot: id }
          : { say: "snapshot-hurt", snapshot: id, findings },
        { advice: { say: "verify-names", snapshot: id }, exit: ExitCode.notFine },
      );
    },
    protect: async (id, on) => {
      await vault.protect(id, on);
      nudge();
      return told({ say: on ? "protected" : "not-protected", snapshot: id });
    },
    exportTo: async (gateway, ids, path) => {
      const target = targetPath(context, path);
      const { sizeBytes } = await operate(
        "export",
        gateway,
        (onProgress) => vault.exportBundle(ids, target, { signal, onProgress }),
        () => target,
      );
      return told({ say: "exported", path: target, size: sizeBytes });
    },
    remove: async (gateway, id) => {
      await operate(
        "cleanup",
        gateway,
        () => vault.delete([id]),
        () => `deleted ${id}`,
      );
      dispatch({ kind: "snapshot-removed", at: clock.now(), gateway, id });
      nudge();
      return told({ say: "deleted", snapshot: id });
    },
  };
};

const partOf = ({ done, total }: Progress): Pick<Operation, "progress"> =>
  total === undefined || total === 0 ? {} : { progress: Math.min(1, done / total) };

/** How far, how fast, how long still. */
const stepOf = ({ phase, unit, done, total, rate, etaMs }: Progress): string => {
  const amount = (value: number): string => (unit === "bytes" ? bytes(value) : `${count(value)} ${unit}`);
  return [
    total === undefined ? `${phase} ${amount(done)}` : `${phase} ${amount(done)} of ${amount(total)}`,
    ...(rate === undefined ? [] : [`${amount(Math.round(rate))}/s`]),
    ...(etaMs === undefined ? [] : [`${age(etaMs)} left`]),
  ].join(", ");
};

import type { GatewayPorts, GatewaySettings, Service } from "../../../clients/index.ts";
import type { Journal, Vault } from "../../../core/index.ts";
import type { Clock } from "../../../ground/index.ts";
import type { StateSource } from "../../../keeping/index.ts";
import type { StateVitals } from "../../../openclaw/index.ts";
import { english, type Sentence } from "../../sentences/index.ts";
import type { RestoreEvent, RestoreStep } from "../../takeback/restore-event.ts";
import type { Recovery } from "../../takeback/verify-recovery.ts";
import type { Draining } from "./drive-gateway.ts";
import type { PreparedRestore } from "./plan-restore.ts";
import type { Readiness } from "./wait-ready.ts";

export type RestoreResult =
  | {
      readonly outcome: "restored";
      readonly safetySnapshot: string;
      /** Of what lies there now. */
      readonly vitals: StateVitals;
      readonly recovery: Recovery | null;
      readonly readiness: Readiness | null;
      readonly downtimeMs: number | null;
      readonly files: number;
      readonly bytes: number;
      readonly warnings: readonly string[];
    }
  /** The old state is back; the gateway runs on it again when it ran before. */
  | {
      readonly outcome: "rolled-back";
      readonly why: string;
      readonly said: Sentence;
      readonly safetySnapshot: string;
      readonly running: boolean;
      readonly recovery: Recovery | null;
    }
  /** Nothing live was changed. */
  | {
      readonly outcome: "called-off";
      readonly why: string;
      readonly said: Sentence;
      readonly running: boolean;
    };

export type RestoreInPlaceOptions = Draining & {
  readonly vault: Vault;
  /** Where it lies, when that could be inside of what is restored. */
  readonly vaultPath?: string;
  readonly prepared: PreparedRestore;
  readonly source: StateSource;
  /** The same state looked at anew: after the files have changed places the configuration is another. */
  readonly lookAgain: () => Promise<StateSource>;
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly service: Service;
  readonly controllable: boolean;
  readonly clock: Clock;
  /** Calls it off: nothing is changed yet before the exchange, and everything is put back after it. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RestoreEvent) => void;
  readonly readyBudgetMs?: number;
  readonly channelPatienceMs?: number;
  readonly settleMs?: number;
  /** Tells a test how far it has come. */
  readonly onPoint?: (point: string) => void;
};

export type Tell = (
  step: RestoreStep,
  state: RestoreEvent["state"],
  said: Sentence,
  more?: Pick<RestoreEvent, "wayOut" | "drain" | "progress">,
) => void;

export const teller =
  ({ onEvent, clock }: Pick<RestoreInPlaceOptions, "onEvent" | "clock">): Tell =>
  (step, state, said, more = {}) => {
    onEvent({ step, state, detail: english(said), said, at: clock.now(), ...more });
  };

/** A restore whose journal is open. */
export type UnderWay = RestoreInPlaceOptions & {
  readonly tell: Tell;
  readonly journal: Journal;
  readonly safety: string;
};

import {
  watchGateway,
  watchHttp,
  watchMetrics,
  type GatewayEvent,
  type GatewayPorts,
  type GatewaySettings,
  type WatchCost,
} from "../../clients/index.ts";
import type { Event } from "../event.ts";
import { watchDisk } from "./disk.ts";
import { watchJournal } from "./takeback/watch-journal.ts";

export type Pace = "focused" | "background" | "idle";

/** One gateway, watched by every way its settings offer: its own protocol or HTTP probes, metrics, and its disk. */
export type WatchedGateway = {
  readonly pace: (pace: Pace) => void;
  /** Absent where nothing but probes are sent. */
  readonly cost: () => WatchCost | undefined;
  readonly stop: () => Promise<void>;
};

export const watchOneGateway = (
  settings: GatewaySettings,
  ports: GatewayPorts,
  hear: (event: GatewayEvent) => void,
  emit: (event: Event) => void,
): WatchedGateway => {
  const { stateDir, name } = settings;
  const disk = stateDir === undefined ? undefined : watchDisk({ name, stateDir }, ports.clock, emit);
  const journal = stateDir === undefined ? undefined : watchJournal({ name, stateDir }, ports.clock, emit);
  const heard = (event: GatewayEvent): void => {
    hear(event);
    disk?.heard(event);
  };
  if (settings.httpOnly) {
    // It reads the metrics too, when there are any.
    const http = watchHttp(settings, ports, heard);
    return {
      pace: () => undefined,
      cost: () => undefined,
      stop: async () => {
        await Promise.all([http.stop(), disk?.stop(), journal?.stop()]);
      },
    };
  }
  const wire = watchGateway(settings, ports, heard);
  const metrics = settings.metricsUrl === undefined ? undefined : watchMetrics(settings, ports, heard);
  return {
    pace: wire.pace,
    cost: wire.cost,
    stop: async () => {
      await Promise.all([wire.stop(), metrics?.stop(), disk?.stop(), journal?.stop()]);
    },
  };
};

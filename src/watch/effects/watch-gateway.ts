import { readFileSync } from "node:fs";
import {
  watchGateway,
  watchHttp,
  watchMetrics,
  type GatewayEvent,
  type GatewayPorts,
  type GatewaySettings,
} from "../../clients/index.ts";
import { ExitCode, Problem } from "../../ground/index.ts";
import type { Event } from "../event.ts";
import { watchDisk } from "./disk.ts";

export type Pace = "focused" | "background" | "idle";

/** One gateway, watched by every way its settings offer: its own protocol or HTTP probes, metrics, and its disk. */
export type WatchedGateway = {
  readonly pace: (pace: Pace) => void;
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
  const heard = (event: GatewayEvent): void => {
    hear(event);
    disk?.heard(event);
  };
  if (settings.httpOnly) {
    // It reads the metrics too, when there are any.
    const http = watchHttp(settings, trustOf(settings), ports, heard);
    return {
      pace: () => undefined,
      stop: async () => {
        await Promise.all([http.stop(), disk?.stop()]);
      },
    };
  }
  const wire = watchGateway(settings, ports, heard);
  const metrics =
    settings.metricsUrl === undefined ? undefined : watchMetrics(settings, trustOf(settings), ports, heard);
  return {
    pace: wire.pace,
    stop: async () => {
      await Promise.all([wire.stop(), metrics?.stop(), disk?.stop()]);
    },
  };
};

const trustOf = ({
  name,
  tls,
}: GatewaySettings): { readonly fingerprint?: string; readonly ca?: string } => ({
  ...(tls?.fingerprint === undefined ? {} : { fingerprint: tls.fingerprint }),
  ...(tls?.caFile === undefined ? {} : { ca: certificateIn(tls.caFile, name) }),
});

const certificateIn = (path: string, gateway: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Problem("GATEWAY_CA", `The certificate file ${path} of ${gateway} cannot be read.`, {
      hint: "Check tls.caFile of this gateway in the configuration.",
      exit: ExitCode.usage,
      cause,
    });
  }
};

import { join } from "node:path";
import {
  serviceOf,
  type GatewayPorts,
  type GatewaySettings,
  type Service,
} from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import type { RealGateway } from "../kit/index.ts";

export const settingsOf = (gateway: Pick<RealGateway, "url" | "token" | "stateDir">): GatewaySettings => ({
  name: "real",
  url: gateway.url,
  labels: [],
  stateDir: gateway.stateDir,
  token: { kind: "inline", value: gateway.token },
  service: { kind: "none" },
  readOnly: false,
  insecure: false,
  httpOnly: false,
});

export const portsOf = (home: string): GatewayPorts => ({
  clock: systemClock,
  random: () => 0.5,
  secret: (source) => Promise.resolve(source.kind === "inline" ? source.value : ""),
  identityDir: join(home, "identity"),
  version: "9.9.9",
});

/** Stops it as a bare process is stopped, with the lock as witness; starts and knows it as the kit does. */
export const serviceFor = (
  settings: GatewaySettings,
  home: string,
  kit: { readonly launch: () => Promise<void>; readonly pid: () => number | undefined },
): Service => {
  const bare = serviceOf(settings, {
    clock: systemClock,
    env: process.env,
    uid: process.getuid?.() ?? 0,
    home,
  });
  return {
    ...bare,
    status: () => {
      const pid = kit.pid();
      return Promise.resolve(
        pid === undefined
          ? { state: "stopped", evidence: ["its process has ended"] }
          : { state: "running", pid, evidence: ["its process runs"] },
      );
    },
    start: async () => {
      await kit.launch();
      return { outcome: "done", tookMs: 0, evidence: ["the kit started it"] };
    },
  };
};

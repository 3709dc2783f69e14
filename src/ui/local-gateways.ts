import { homedir } from "node:os";
import { discoverGateways, type GatewaySettings } from "../clients/index.ts";

/** The gateways of this machine, as OpenClaw itself would find them; with `asked`, the one of that state directory. */
export const localGateways = async (
  env: Readonly<Record<string, string | undefined>>,
  asked: string | undefined,
): Promise<readonly GatewaySettings[]> => {
  const ports = { env, home: env["HOME"] ?? homedir(), platform: process.platform, now: Date.now() };
  const { gateways } = await discoverGateways(ports, asked);
  return gateways.map(({ settings }) => settings);
};

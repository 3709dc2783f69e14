import { join } from "node:path";
import { readSecret, type GatewayPorts } from "../clients/index.ts";
import type { Context } from "./cli/command.ts";
import { placeUnder } from "./config/places.ts";

/** What the clients need of this machine. Secrets are read at the moment of use. */
export const gatewayPorts = ({ clock, env, version }: Context): GatewayPorts => ({
  clock,
  random: () => Math.random(),
  secret: async (source) => (await readSecret(source, env)).value,
  identityDir: join(placeUnder(env, "XDG_STATE_HOME"), "identity"),
  version,
});

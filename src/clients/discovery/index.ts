/**
 * The gateways of this machine, found the way OpenClaw itself finds them: its environment variables, its profiles, its
 * configuration, and the lock of the one that runs. What comes out are settings as a person could have written them,
 * each with where it was found in words. A secret is never read here: only where it is kept is said.
 */
export { type Discovered, type Discovery, discoverGateways, type DiscoveryPorts } from "./discover.ts";
export { type LogPorts, logPlaceOf } from "./log-place-of.ts";

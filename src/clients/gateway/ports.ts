import type { Clock } from "../../ground/index.ts";
import type { SecretSource } from "../settings.ts";

/** What a watch needs from outside, so that a test can hold all of it. */
export type GatewayPorts = {
  readonly clock: Clock;
  /** From 0 to 1: spreads attempts and questions. */
  readonly random: () => number;
  /** Asked at the moment of use; the value goes to the gateway and nowhere else. */
  readonly secret: (source: SecretSource) => Promise<string>;
  /** Where the device identity and its tokens lie (0700). Absent: no identity, so remote gateways grant nothing. */
  readonly identityDir?: string;
  /** The version clawback introduces itself with. */
  readonly version: string;
};

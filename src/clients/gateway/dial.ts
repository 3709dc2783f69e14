import { ExitCode, isProblem, Problem } from "../../ground/index.ts";
import { type Device, deviceIn, proofOf } from "../identity/device.ts";
import { type DeviceTokens, deviceTokensIn } from "../identity/device-tokens.ts";
import type { GatewaySettings } from "../settings.ts";
import type { Challenge, Credentials } from "../wire/connect.ts";
import { type Address, addressOf, showsSecrets } from "./address.ts";
import type { CostMeter } from "./cost.ts";
import type { LinkFailure } from "./failure.ts";
import { type Link, type LinkEvents, type LinkOutcome, openLink } from "./link.ts";
import type { GatewayPorts } from "./ports.ts";
import { isTrustWide, type Trust, trustOf, widenTrust } from "./trust.ts";

/**
 * From a configured gateway to a connection: reads the secret, decides whether an identity is shown, refuses what
 * would give the secret away, and keeps the device token it is handed.
 */
export type DialOptions = {
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly scopes: readonly string[];
  /** Shows the device identity even on this machine: a tunnel looks local to us and remote to the gateway. */
  readonly showDevice: boolean;
  readonly cost: CostMeter;
  readonly onOpen: (link: Link) => LinkEvents;
  /** A token that the gateway issued or refused could not be written down: what stands is not touched by that. */
  readonly onUnkept: (problem: Problem) => void;
  readonly signal: AbortSignal;
};

export const dial = async (options: DialOptions): Promise<LinkOutcome> => {
  const { settings, ports } = options;
  let prepared: Prepared;
  try {
    prepared = await prepare(options);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return failed({ kind: "withheld", problem: error });
  }
  const { address, trust, credentials, device, tokens } = prepared;
  const open = (): Promise<LinkOutcome> => {
    options.cost.connects += 1;
    return openLink({
      address,
      trust,
      clock: ports.clock,
      cost: options.cost,
      version: ports.version,
      scopes: options.scopes,
      credentials,
      prove:
        device === undefined
          ? undefined
          : (challenge: Challenge) =>
              proofOf(device, { scopes: options.scopes, platform: process.platform, credentials }, challenge),
      onOpen: options.onOpen,
      signal: options.signal,
    });
  };
  const wasWide = isTrustWide();
  let outcome = await open();
  if (outcome.kind === "failed" && outcome.failure.kind === "untrusted" && widenTrust(trust, wasWide)) {
    outcome = await open();
  }
  try {
    await learn(tokens, settings.url, outcome);
  } catch (error) {
    if (!isProblem(error)) throw error;
    options.onUnkept(error);
  }
  return outcome;
};

/** What the outcome says of the device's token is written down. */
const learn = async (
  tokens: DeviceTokens | undefined,
  place: string,
  outcome: LinkOutcome,
): Promise<void> => {
  if (outcome.kind === "open") {
    const { deviceToken } = outcome.link.hello.auth;
    if (deviceToken !== undefined) await tokens?.keep(place, deviceToken);
  } else if (outcome.failure.kind === "rejected" && staleToken.has(outcome.failure.error.detail ?? "")) {
    // A token of an older pairing, or of a state that was taken back: the next attempt begins with the shared secret.
    await tokens?.forget(place);
  }
};

const staleToken: ReadonlySet<string> = new Set(["AUTH_DEVICE_TOKEN_MISMATCH", "AUTH_TOKEN_MISMATCH"]);

const failed = (failure: LinkFailure): LinkOutcome => ({ kind: "failed", failure });

type Prepared = {
  readonly address: Address;
  readonly trust: Trust;
  readonly credentials: Credentials;
  readonly device: Device | undefined;
  readonly tokens: DeviceTokens | undefined;
};

const prepare = async (options: DialOptions): Promise<Prepared> => {
  const { settings, ports } = options;
  const address = addressOf(settings.url);
  if (!showsSecrets(address, settings)) {
    throw new Problem(
      "SECRET_IN_THE_OPEN",
      `plain ${address.url.protocol}// to ${address.url.hostname} would show the secret to the network`,
      {
        hint: "Use wss:// or a tunnel to this machine. Where the network is trusted: --insecure, or insecure: true.",
        exit: ExitCode.gateway,
      },
    );
  }
  const shows = (!address.loopback || options.showDevice) && ports.identityDir !== undefined;
  const device = shows ? await deviceIn(ports.identityDir) : undefined;
  const tokens = shows ? deviceTokensIn(ports.identityDir) : undefined;
  return {
    address,
    trust: await trustOf(settings),
    credentials: await credentialsOf(settings, ports, await tokens?.read(settings.url)),
    device,
    tokens,
  };
};

const credentialsOf = async (
  settings: GatewaySettings,
  ports: GatewayPorts,
  deviceToken: string | undefined,
): Promise<Credentials> => {
  // The device's own token stands alone: it is worth less to a thief than the secret everybody shares.
  if (deviceToken !== undefined) return { token: deviceToken };
  if (settings.token !== undefined) return { token: await ports.secret(settings.token) };
  if (settings.password !== undefined) return { password: await ports.secret(settings.password) };
  return {};
};

import { isIP } from "node:net";
import { Problem } from "../../ground/index.ts";
import type { GatewaySettings } from "../settings.ts";

/** Where a gateway is, and what that means for secrets and identity. */
export type Address = {
  readonly url: URL;
  readonly secure: boolean;
  /** This machine: no identity is shown, so that watching leaves no trace in what is watched. */
  readonly loopback: boolean;
  /** The HTTP probes answer on the same port. */
  readonly http: string;
};

export const addressOf = (text: string): Address => {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new Problem("GATEWAY_URL", `${JSON.stringify(text)} is not an address`, {
      hint: "Write it like ws://127.0.0.1:18789 or wss://gateway.example.org.",
      cause,
    });
  }
  const secure = url.protocol === "wss:" || url.protocol === "https:";
  if (!secure && url.protocol !== "ws:" && url.protocol !== "http:") {
    throw new Problem("GATEWAY_URL", `${url.protocol}// is not how a gateway is reached`, {
      hint: "Write it like ws://127.0.0.1:18789 or wss://gateway.example.org.",
    });
  }
  // Credentials in an address end up in logs and titles: they have a place of their own in the configuration.
  url.username = "";
  url.password = "";
  url.protocol = secure ? "wss:" : "ws:";
  url.hash = "";
  return {
    url,
    secure,
    loopback: isLoopback(url.hostname),
    http: new URL(`${secure ? "https" : "http"}://${url.host}`).origin,
  };
};

/** Whether a secret may go there: not readably over a network, unless somebody said that this one is trusted. */
export const showsSecrets = (
  { secure, loopback }: Address,
  { insecure }: Pick<GatewaySettings, "insecure">,
): boolean => secure || loopback || insecure;

const isLoopback = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
};

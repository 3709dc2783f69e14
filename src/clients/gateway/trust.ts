import { readFile } from "node:fs/promises";
import { Problem } from "../../ground/index.ts";
import type { GatewaySettings } from "../settings.ts";

/** Which certificates are believed; neither means those that the system believes. */
export type Trust = { readonly fingerprint?: string; readonly ca?: string };

export const trustOf = async (settings: GatewaySettings): Promise<Trust> => {
  const { fingerprint, caFile } = settings.tls ?? {};
  return {
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(caFile === undefined ? {} : { ca: await readCa(caFile) }),
  };
};

const readCa = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Problem("GATEWAY_CA", `the certificate file ${path} cannot be read`, {
      hint: "Check tls.caFile of this gateway.",
      cause,
    });
  }
};

/** A fingerprint as bare digits, however it was written: with colons, in capitals, behind its algorithm. */
export const bareFingerprint = (fingerprint: string): string =>
  fingerprint
    .replace(/^sha256[:/]/i, "")
    .replace(/[^0-9a-f]/gi, "")
    .toLowerCase();

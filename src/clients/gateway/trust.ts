import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import {
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { errnoOf, Problem } from "../../ground/index.ts";
import type { GatewaySettings } from "../settings.ts";

/** Which certificates are believed; neither means those that Node and the system believe. */
export type Trust = { readonly fingerprint?: string; readonly ca?: string };

/**
 * The authorities of Node and of the system together, such as a company's own. Reading them takes a quarter of a
 * second, so that is done at the first certificate that Node alone does not know, and once.
 */
let everyAuthority: SecureContext | undefined;

export const isTrustWide = (): boolean => everyAuthority !== undefined;

/**
 * Believes the system's authorities from now on, and says whether another try may end differently: not where this trust
 * does not depend on them, nor where the try that failed believed them already. Another connection may have asked for
 * them meanwhile, so how it was is told by whoever tried.
 */
export const widenTrust = ({ fingerprint, ca }: Trust, wasWide: boolean): boolean => {
  if (fingerprint !== undefined || ca !== undefined || wasWide) return false;
  everyAuthority ??= createSecureContext({
    ca: [...getCACertificates("default"), ...getCACertificates("system")],
  });
  return true;
};

export const trustOf = async ({ tls }: Pick<GatewaySettings, "tls">): Promise<Trust> => {
  const { fingerprint, certFile, caFile } = tls ?? {};
  const pinned =
    fingerprint ??
    (certFile === undefined ? undefined : (await readCertificate(certFile, "tls.certFile")).print);
  return {
    ...(pinned === undefined ? {} : { fingerprint: pinned }),
    ...(caFile === undefined ? {} : { ca: (await readCertificate(caFile, "tls.caFile")).pem }),
  };
};

/** Node takes any text for an authority, and then believes nobody without a word of why: so it is looked at here. */
const readCertificate = async (
  path: string,
  key: string,
): Promise<{ readonly pem: string; readonly print: string }> => {
  const pem = await readPem(path, key);
  try {
    return { pem, print: new X509Certificate(pem).fingerprint256 };
  } catch (cause) {
    throw new Problem("GATEWAY_CA", `${path} holds no certificate that can be read`, {
      hint: `Check ${key} of this gateway: it is a certificate in PEM.`,
      cause,
    });
  }
};

const readPem = async (path: string, key: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Problem("GATEWAY_CA", `the certificate file ${path} cannot be read`, {
      hint: `Check ${key} of this gateway.`,
      cause,
    });
  }
};

/** A fingerprint as bare digits, however it was written: with colons, in capitals, behind its algorithm. */
const bareFingerprint = (fingerprint: string): string =>
  fingerprint
    .replace(/^sha256[:/]/i, "")
    .replace(/[^0-9a-f]/gi, "")
    .toLowerCase();

/** A TLS connection that fails, with an error `untrustedReason` knows, unless its certificate is believed. */
export const connectTls = (host: string, port: number, trust: Trust): TLSSocket => {
  const pinned = trust.fingerprint === undefined ? undefined : bareFingerprint(trust.fingerprint);
  const socket = connect({
    host,
    port,
    servername: isIP(host) === 0 ? host : "",
    // A pinned certificate is trusted for being that one, whoever signed it.
    rejectUnauthorized: pinned === undefined,
    ...(trust.ca === undefined ? {} : { ca: trust.ca }),
    ...(trust.ca === undefined && pinned === undefined && everyAuthority !== undefined
      ? { secureContext: everyAuthority }
      : {}),
  });
  if (pinned !== undefined) {
    socket.once("secureConnect", () => {
      const shown = bareFingerprint(socket.getPeerCertificate().fingerprint256 ?? "");
      if (shown !== pinned) socket.destroy(new OtherCertificate(shown));
    });
  }
  return socket;
};

class OtherCertificate extends Error {
  constructor(shown: string) {
    super(`its fingerprint is ${shown.slice(0, 16)}…, not the pinned one`);
  }
}

/** Codes of certificates that do not check out: OpenSSL's names, and Node's own for a wrong host name. */
const certificateCode =
  /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH)/;

/** Why a certificate was not believed; undefined when the connection failed for another reason. */
export const untrustedReason = (error: Error): string | undefined => {
  if (error instanceof OtherCertificate) return error.message;
  const code = errnoOf(error) ?? "";
  return certificateCode.test(code) ? code : undefined;
};

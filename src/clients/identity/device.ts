import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { errnoOf, isProblem, Problem } from "../../ground/index.ts";
import { type Challenge, type Credentials, type DeviceProof, signaturePayload } from "../wire/connect.ts";

/**
 * Who this machine is to gateways that are not on it: an ed25519 key, made once, kept readable by its owner only, and
 * never sent anywhere. The id is the fingerprint of the public half.
 */
export type Device = { readonly id: string; readonly publicKey: string; readonly key: KeyObject };

const fileSchema = z.object({ version: z.literal(1), privateKeyPem: z.string() });

/** The device of this directory, made now when there is none. Two processes that make it at once agree on one. */
export const deviceIn = async (directory: string): Promise<Device> => {
  const path = join(directory, "device.json");
  try {
    return (await readDevice(path)) ?? (await makeDevice(directory, path));
  } catch (error) {
    throw isProblem(error) ? error : notKept(directory, error);
  }
};

const makeDevice = async (directory: string, path: string): Promise<Device> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const draft = `${path}.${randomUUID()}.new`;
  await writeFile(draft, `${JSON.stringify({ version: 1, privateKeyPem })}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link never replaces: whoever comes second finds the first one's key.
    await link(draft, path);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readDevice(path);
  if (made === undefined) throw damaged(path);
  return made;
};

/** The disk is full, read-only, or somebody else's: who we are cannot be read or written there. */
export const notKept = (directory: string, cause: unknown): Problem => {
  const code = errnoOf(cause) ?? String(cause);
  return new Problem(
    "IDENTITY_UNAVAILABLE",
    `the device identity in ${directory} is out of reach (${code})`,
    {
      hint: "Check that the directory belongs to the user clawback runs as, and that its disk can be written.",
      cause,
    },
  );
};

export const proofOf = (
  device: Device,
  asked: { readonly scopes: readonly string[]; readonly platform: string; readonly credentials: Credentials },
  challenge: Challenge,
): DeviceProof => ({
  id: device.id,
  publicKey: device.publicKey,
  signature: sign(null, Buffer.from(signaturePayload(device.id, asked, challenge)), device.key).toString(
    "base64url",
  ),
  signedAt: challenge.ts,
  nonce: challenge.nonce,
});

const readDevice = async (path: string): Promise<Device | undefined> => {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return deviceOf(createPrivateKey(fileSchema.parse(JSON.parse(text)).privateKeyPem));
  } catch (cause) {
    throw damaged(path, cause);
  }
};

const deviceOf = (key: KeyObject): Device => {
  const { x } = key.export({ format: "jwk" });
  if (x === undefined) throw new TypeError("the key is not an ed25519 key");
  const raw = Buffer.from(x, "base64url");
  return { id: createHash("sha256").update(raw).digest("hex"), publicKey: x, key };
};

const damaged = (path: string, cause?: unknown): Problem =>
  new Problem("DEVICE_DAMAGED", `the device identity ${path} cannot be read`, {
    hint: "Move it aside; clawback makes a new one, which must be approved again on each remote gateway.",
    ...(cause === undefined ? {} : { cause }),
  });

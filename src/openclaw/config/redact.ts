import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, textAt, type Json } from "../json.ts";

/**
 * What a configuration may show. A secret is known by where it stands (the names of its keys) or by what it looks
 * like, and is replaced by `••••3f`: a fingerprint just long enough to say that two are not the same, and far too
 * short to guess the secret from. When in doubt, it is a secret.
 */

/** The longest piece of a value that is looked at; longer ones are secret when they could be. */
export const shapeLimit = 16_384;

/**
 * One value at one path of a configuration as it may be shown. Objects and arrays are redacted inside. `path` are the
 * keys from the root of the configuration.
 */
export const redactValue = (path: readonly string[], value: Json): Json => {
  if (isJsonArray(value)) return value.map((item, at) => redactValue([...path, String(at)], item));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) =>
        item === undefined
          ? []
          : [[key, isReference(value) ? item : redactValue([...path, key], item)] as const],
      ),
    );
  }
  return redactedLeaf(path, value);
};

const redactedLeaf = (path: readonly string[], value: null | boolean | number | string): Json => {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return isSecretPath(path) ? fingerprint(String(value)) : value;
  if (value === "" || isPlaceholder(value)) return value;
  if (isSecretPath(path)) return fingerprint(value);
  return redactText(value);
};

/** A text that stands nowhere suspicious, with what looks like a secret in it replaced. */
export const redactText = (text: string): string => {
  if (text.length > shapeLimit) return fingerprint(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return redactAddress(text);
  return wholeSecret.some((shape) => shape.test(text))
    ? fingerprint(text)
    : innerSecret
        .reduce((shown, shape) => shown.replace(shape, fingerprint), text)
        .replace(innerAddress, (address) => redactAddress(address));
};

/** An address with somebody's name in front, in the middle of a text. */
const innerAddress = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'`<>@/]+@[^\s"'`<>]+/gi;

/** `••••` and two hexadecimal digits: one in 256 different secrets looks the same, so a comparison says "differs". */
export const fingerprint = (secret: string): string =>
  `••••${createHash("sha256").update(secret).digest("hex").slice(0, 2)}`;

/** A whole configuration value that only names where the secret is. */
const isPlaceholder = (text: string): boolean => /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(text);

/** OpenClaw's reference to a secret kept elsewhere: `{ source, provider, id }`. It shows nothing. */
const isReference = (value: Json): boolean => {
  const source = textAt(value, ["source"]);
  return (
    (source === "env" || source === "file" || source === "exec" || source === "store") &&
    textAt(value, ["id"]) !== undefined &&
    isJsonObject(value) &&
    Object.keys(value).every((key) => key === "source" || key === "provider" || key === "id")
  );
};

/** Names of keys whose values, and everything below them, are secret. */
const secretNames = [
  /token$/i,
  /tokens$/i,
  /passw(?:or)?d/i,
  /passphrase/i,
  /secret/i,
  /api.?keys?(?![a-z])/i,
  /(?:encrypt|encryption|private|signing|access|auth|client|shared|service).?keys?$/i,
  /^keys?$/i,
  /serviceaccount(?:ref)?$/i,
  /credentials?(?:json)?$/i,
  /authorization/i,
  /cookie/i,
  /bearer/i,
  /(?:^|[_-])(?:pat|pwd|jwt|otp|totp)$/i,
  /mnemonic|seed.?phrase/i,
];

/** Numbers about tokens, and names of files, that only sound like one. */
const innocentNames =
  /(?:max|min|total|context|input|output|completion|prompt|reserve|keep|budget|limit|floor|soft|hard|threshold|cache)[a-z]*tokens?$|tokens?(?:count|limit|budget|s?per[a-z]*)$|passwordfile$|keyfile$|tokenfile$/i;

/** Everything in these is somebody's secret until proved otherwise. */
const secretContainers = new Set(["env", "vars", "headers"]);

/** Of one key alone: what stands above it is not known. */
export const isSecretName = (name: string): boolean => isSecretPath([name]);

const isSecretPath = (path: readonly string[]): boolean =>
  path.some((key, at) => {
    if (/^\d+$/.test(key)) return false;
    if (innocentNames.test(key)) return false;
    // OpenClaw's own section that says which providers keep the secrets.
    if (at === 0 && key === "secrets") return false;
    if (at < path.length - 1 && secretContainers.has(key.toLowerCase())) return !isSwitchBelow(path[at + 1]);
    return secretNames.some((name) => name.test(key));
  });

/** `env.shellEnv.enabled` and the like: a container's own settings. */
const isSwitchBelow = (key: string | undefined): boolean => key === "shellEnv";

/** Values that are a secret from end to end. */
const wholeSecret: readonly RegExp[] = [
  // A JSON web token; a Telegram bot token; a Discord bot token.
  /^eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/,
  /^\d{6,12}:[\w-]{30,}$/,
  /^[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}$/,
  // Long, without spaces, of letters and digits mixed: a key, until somebody shows that it is not.
  /^(?=[^\s]*[A-Z])(?=[^\s]*[a-z])(?=[^\s]*\d)[\w+=.~-]{32,}$/,
  /^[0-9a-f]{40,}$/i,
  /^(?=.*\d)(?=.*[a-z])[a-z0-9]{32,}$/i,
];

/** Secrets with a mark of their own, wherever they stand in a text. */
const innerSecret: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:sk|pk|rk)-[\w-]{12,}/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|hf_|xox[abeoprs]-|xapp-|gsk_|AIza|ya29\.|AKIA|ASIA|SG\.|dop_v1_|shpat_|pypi-)[\w.-]{10,}/g,
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g,
  /\b\d{6,12}:[\w-]{30,}/g,
  /(?<=\b(?:bearer|basic)\s{1,4})[\w+/=.~-]{8,}/gi,
  /(?<=\b(?:token|password|passwd|secret|api[_-]?key)\s{0,4}[=:]\s{0,4})[^\s"',;&]{4,}/gi,
];

/** An address keeps its host and path; the password and every parameter that names a secret do not stay. */
const redactAddress = (text: string): string => {
  const { scheme, user, rest } =
    /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)(?:(?<user>[^/?#]*)@)?(?<rest>.*)$/is.exec(text)?.groups ?? {};
  if (!URL.canParse(text) || scheme === undefined || rest === undefined) return fingerprint(text);
  const shown = rest
    .replace(/(?<=[?&#;])(?<name>[^=&#;]+)=(?<value>[^&#;]+)/g, (whole, name: string, value: string) =>
      isSecretParameter(name) ? `${name}=${fingerprint(value)}` : whole,
    )
    // A path can carry one too: webhooks are addresses whose last parts are the key.
    .replace(/(?<=\/)[\w-]{24,}(?=$|[/?#])/g, (part) => (/\d/.test(part) ? fingerprint(part) : part));
  const inner = innerSecret.reduce((left, shape) => left.replace(shape, fingerprint), shown);
  return `${scheme}${user === undefined ? "" : `${redactUser(user)}@`}${inner}`;
};

const redactUser = (user: string): string => {
  const colon = user.indexOf(":");
  return colon === -1
    ? fingerprint(user)
    : `${user.slice(0, colon + 1)}${fingerprint(user.slice(colon + 1))}`;
};

const isSecretParameter = (name: string): boolean =>
  secretNames.some((shape) => shape.test(name)) || /^(?:sig|signature|code|auth)$/i.test(name);

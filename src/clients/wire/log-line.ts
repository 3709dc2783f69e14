import * as z from "zod";
import { harmlessLine } from "../../ground/index.ts";
import type { LogLevel, LogLine } from "../facts.ts";
import { instantOf } from "./instant.ts";
import { known } from "./known.ts";
import { softNumber } from "./soft.ts";

/**
 * One line of OpenClaw's log, as `logs.tail` sends it and as it stands in the log file: a JSON object whose `_meta`
 * holds the level and, once more as JSON, the subsystem. A busy gateway writes a hundred a second, and a schema makes
 * three kilobytes of garbage of each: here every field is looked at by hand.
 */
type WrittenLine = {
  readonly time?: unknown;
  readonly message?: unknown;
  readonly "0"?: unknown;
  readonly "1"?: unknown;
  /** Set when the call was made on behalf of a session or a channel; an id of a session is not always its key. */
  readonly session_id?: unknown;
  readonly channel?: unknown;
  readonly _meta?: unknown;
};
type WrittenMeta = { readonly logLevelName?: unknown; readonly name?: unknown };

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown, limit: number): string | undefined =>
  typeof value === "string" && value.length <= limit ? value : undefined;

const levels: Readonly<Record<string, LogLevel>> = {
  SILLY: "trace",
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
  FATAL: "fatal",
};

export const logMessageMax = 1_000;

/** Undefined when the text is no such line; the caller counts it. */
export const logLineOf = (text: string, skewMs: number): LogLine | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isObject(value)) return undefined;
  const line: WrittenLine = value;
  if (!isObject(line._meta)) return undefined;
  const meta: WrittenMeta = line._meta;
  const at = instantOf(textOf(line.time, 64) ?? "");
  const level = levels[textOf(meta.logLevelName, 16)?.toUpperCase() ?? ""];
  if (at === undefined || level === undefined) return undefined;
  const message = harmlessLine(wordsOf(line), logMessageMax);
  const subsystem = harmlessLine(subsystemOf(textOf(meta.name, 512)), 64);
  return known({
    at: at - skewMs,
    level,
    subsystem,
    message,
    sessionKey: sessionKeyOf(line, message),
    channel:
      typeof line.channel === "string" ? harmlessLine(line.channel, 64) : channelOf(subsystem, message),
  });
};

const keyShape = /^agent:[^\s,;)\]]{1,300}$/;
const keyInWords = /\bsession(?:Key)?=(agent:[^\s,;)\]]{1,300})/;

/** From the line's own field, from the fields of the call, or from the words. */
const sessionKeyOf = (line: WrittenLine, message: string): string | undefined => {
  const named = isObject(line["1"]) && "sessionKey" in line["1"] ? line["1"].sessionKey : undefined;
  const key =
    keyOf(line.session_id) ??
    keyOf(named) ??
    (message.includes("=agent:") ? keyInWords.exec(message)?.[1] : undefined);
  return key === undefined ? undefined : harmlessLine(key, 310);
};

const keyOf = (value: unknown): string | undefined =>
  typeof value === "string" && keyShape.test(value) ? value : undefined;

const wordsOf = (line: WrittenLine): string => {
  const words = typeof line.message === "string" ? line.message : (line["1"] ?? line["0"]);
  return typeof words === "string" ? words : "";
};

const subsystemOf = (name: string | undefined): string => {
  if (name === undefined) return "gateway";
  return /^\{"(?:subsystem|module)":"([^"\\]{1,100})"/.exec(name)?.[1] ?? name;
};

const channelNames =
  "telegram|whatsapp|discord|slack|signal|imessage|matrix|msteams|googlechat|line|irc|mattermost|feishu|zalo|nostr";
const ofSubsystem = new RegExp(`(?:^|/)(${channelNames})(?:$|/)`);
const ofMessage = new RegExp(`\\bchannel[=:] ?"?(${channelNames}|webchat)\\b`);

const channelOf = (subsystem: string, message: string): string | undefined =>
  ofSubsystem.exec(subsystem)?.[1] ??
  (message.includes("channel") ? ofMessage.exec(message)?.[1] : undefined);

const tailSchema = z.object({
  lines: z.array(z.string()),
  cursor: z.number(),
  reset: z.boolean().nullish().catch(undefined),
  size: softNumber,
});

export const logLinesMax = 1_000;

export type LogTail = {
  readonly lines: readonly LogLine[];
  readonly cursor: number;
  readonly refused: number;
};

export const logTailOf = (value: unknown, skewMs: number): LogTail | undefined => {
  const read = tailSchema.safeParse(value);
  if (!read.success) return undefined;
  const texts = read.data.lines.slice(-logLinesMax);
  const lines = texts.flatMap((text) => {
    const one = logLineOf(text, skewMs);
    return one === undefined ? [] : [one];
  });
  return { lines, cursor: read.data.cursor, refused: read.data.lines.length - lines.length };
};

import * as z from "zod";
import { harmlessLine } from "../../ground/index.ts";
import type { LogLevel, LogLine } from "../facts.ts";
import { instantOf } from "./instant.ts";
import { known } from "./known.ts";
import { softLine, softNumber } from "./soft.ts";

/**
 * One line of OpenClaw's log, as `logs.tail` sends it and as it stands in the log file: a JSON object whose `_meta`
 * holds the level and, once more as JSON, the subsystem.
 */
const lineSchema = z.object({
  time: z.string().max(64),
  message: z.string().optional().catch(undefined),
  "0": z.unknown().optional(),
  "1": z.unknown().optional(),
  /** Set when the call was made on behalf of a session or a channel; an id of a session is not always its key. */
  session_id: z.string().optional().catch(undefined),
  channel: softLine(64),
  _meta: z.object({
    logLevelName: z.string().max(16),
    name: z.string().max(512).optional().catch(undefined),
  }),
});

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
  const read = lineSchema.safeParse(value);
  if (!read.success) return undefined;
  const at = instantOf(read.data.time);
  const level = levels[read.data._meta.logLevelName.toUpperCase()];
  if (at === undefined || level === undefined) return undefined;
  const message = harmlessLine(read.data.message ?? firstWords(read.data), logMessageMax);
  const subsystem = harmlessLine(subsystemOf(read.data._meta.name), 64);
  return known({
    at: at - skewMs,
    level,
    subsystem,
    message,
    sessionKey: sessionKeyOf(read.data, message),
    channel: read.data.channel ?? channelOf(subsystem, message),
  });
};

const keyShape = /^agent:[^\s,;)\]]{1,300}$/;
const argumentSchema = z.object({ sessionKey: z.string() });

/** From the line's own field, from the fields of the call, or from the words. */
const sessionKeyOf = (line: z.infer<typeof lineSchema>, message: string): string | undefined => {
  // Most lines have a plain text there, and a refusal of the schema costs more than all the rest of the line.
  const named = typeof line["1"] === "object" ? argumentSchema.safeParse(line["1"]) : undefined;
  const written = /\bsession(?:Key)?=(agent:[^\s,;)\]]{1,300})/.exec(message)?.[1];
  const candidates = [line.session_id, named?.data?.sessionKey, written];
  const key = candidates.find((each) => each !== undefined && keyShape.test(each));
  return key === undefined ? undefined : harmlessLine(key, 310);
};

const firstWords = (line: { readonly "0"?: unknown; readonly "1"?: unknown }): string => {
  const words = line["1"] ?? line["0"];
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
  ofSubsystem.exec(subsystem)?.[1] ?? ofMessage.exec(message)?.[1];

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

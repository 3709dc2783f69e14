import { z } from "zod";
import { harmlessLine } from "../../ground/index.ts";
import type { LogLevel, LogLine } from "../facts.ts";

/** What OpenClaw's logger (tslog) writes as one line of JSON. Numbered keys are the arguments of the log call. */
const record = z.looseObject({
  time: z.string().optional(),
  message: z.string().optional(),
  channel: z.string().optional(),
  session_id: z.string().optional(),
  _meta: z
    .looseObject({
      logLevelName: z.string().optional(),
      name: z.string().optional(),
      date: z.string().optional(),
    })
    .optional(),
});

const bindings = z.looseObject({ subsystem: z.string().optional(), module: z.string().optional() });

const levels: Readonly<Record<string, LogLevel>> = {
  SILLY: "trace",
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
  FATAL: "fatal",
};

/** OpenClaw cuts a message at 4,096 characters itself; more than this nobody reads on a screen. */
const maxMessage = 2_000;

/**
 * One line of the log as facts; undefined for an empty one. A line that is not the logger's JSON (a stack trace, a
 * crash report of the runtime) is kept as text, with the time of its neighbour, `aroundAt`: it is often the line that
 * matters most.
 */
export const parseLogLine = (text: string, aroundAt: number): LogLine | undefined => {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const parsed = trimmed.startsWith("{") ? record.safeParse(jsonOf(trimmed)) : undefined;
  if (parsed?.success !== true) {
    return { at: aroundAt, level: "info", subsystem: "", message: harmlessLine(trimmed, maxMessage) };
  }
  const { data } = parsed;
  const at = Date.parse(data.time ?? data._meta?.date ?? "");
  const subsystem = subsystemOf(data._meta?.name);
  const message = data.message ?? argumentsOf(data);
  const sessionKey = sessionOf(data, message);
  const channel = data.channel ?? /^channels\/([\w-]+)/.exec(subsystem)?.[1];
  return {
    at: Number.isNaN(at) ? aroundAt : at,
    level: levels[data._meta?.logLevelName ?? ""] ?? "info",
    subsystem: harmlessLine(subsystem, 100),
    message: harmlessLine(message, maxMessage),
    ...(sessionKey === undefined ? {} : { sessionKey: harmlessLine(sessionKey, 300) }),
    ...(channel === undefined ? {} : { channel: harmlessLine(channel, 100) }),
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off in the middle or never JSON: the caller keeps it as text.
    return undefined;
  }
};

/** The logger's name is itself a small JSON object, or a plain word. */
const subsystemOf = (name: string | undefined): string => {
  if (name === undefined) return "";
  if (!name.startsWith("{")) return name;
  const parsed = bindings.safeParse(jsonOf(name));
  return parsed.success ? (parsed.data.subsystem ?? parsed.data.module ?? "") : "";
};

const argumentsOf = (data: z.infer<typeof record>): string =>
  Object.entries(data)
    .filter(([key, value]) => /^\d+$/.test(key) && typeof value === "string" && !value.startsWith("{"))
    .map(([, value]) => String(value))
    .join(" ");

const sessionOf = (data: z.infer<typeof record>, message: string): string | undefined => {
  if (data.session_id?.startsWith("agent:") === true) return data.session_id;
  for (const value of Object.values(data)) {
    if (typeof value === "object" && value !== null && "sessionKey" in value) {
      if (typeof value.sessionKey === "string") return value.sessionKey;
    }
  }
  return /\bsession(?:Key)?=(agent:[^\s,;]+)/.exec(message)?.[1];
};

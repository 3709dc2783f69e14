import * as z from "zod";
import { Problem } from "../../ground/index.ts";
import type { Effect } from "../effect.ts";
import type { Event } from "../event.ts";
import type { Model } from "../model.ts";
import { newModel, update } from "../update.ts";
import { recordedEvent } from "./event-schema.ts";

/**
 * A recorded event log: JSON, one document a line, the first line says what it is and when it began. What is in it is
 * what `update` was given, so playing it again leads to the same model: an incident can be looked at on another
 * machine, and a bug report can carry the bug. It holds no message contents and no secrets, because events hold none.
 */
const recordingVersion = 1;

const header = z.strictObject({
  clawbackRecording: z.literal(recordingVersion),
  startedAt: z.number(),
});

export const encodeHeader = (startedAt: number): string =>
  JSON.stringify({ clawbackRecording: recordingVersion, startedAt });

export const encodeEvent = (event: Event): string => JSON.stringify(event);

export type Replay = {
  readonly model: Model;
  /** Everything the events asked of the world; a replay asks nobody. */
  readonly effects: readonly Effect[];
};

/** Plays a recording from its lines. A line that cannot be understood stops it, with its number. */
export const replay = (lines: Iterable<string>): Replay => {
  let model: Model | undefined;
  const effects: Effect[] = [];
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    if (model === undefined) {
      model = newModel(parsed(line, number, header).startedAt);
      continue;
    }
    const step = update(model, parsed(line, number, recordedEvent));
    ({ model } = step);
    effects.push(...step.effects);
  }
  if (model === undefined) throw refused(1, "the recording is empty");
  return { model, effects };
};

const parsed = <Value>(line: string, number: number, schema: z.ZodType<Value>): Value => {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (error) {
    throw refused(number, "this is not JSON", error);
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refused(number, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}`);
};

const refused = (line: number, what: string, cause?: unknown): Problem =>
  new Problem("RECORDING_REFUSED", `Line ${line} of the recording: ${what}.`, {
    hint: `A recording starts with {"clawbackRecording":${recordingVersion},"startedAt":…} and has one event a line.`,
    ...(cause === undefined ? {} : { cause }),
  });

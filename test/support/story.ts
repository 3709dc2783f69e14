import { gatewayEvent } from "../../src/watch/recording/schema.ts";
import { recordedEvent } from "../../src/watch/recording/event-schema.ts";
import { parseQuantity } from "../../src/watch/alerts/quantity.ts";
import { alertSettings, type Event } from "../../src/watch/index.ts";
import { identity, midnight } from "./replay.ts";
import * as z from "zod";

/**
 * A scenario in a few lines of JSON becomes a whole event log. See test/watch/scenarios/README.md for the words.
 */
const step = z.strictObject({
  at: z.exactOptional(z.string()),
  every: z.exactOptional(z.string()),
  from: z.exactOptional(z.string()),
  until: z.exactOptional(z.string()),
  gateway: z.exactOptional(z.string()),
  news: z.exactOptional(z.array(z.unknown())),
  event: z.exactOptional(z.record(z.string(), z.unknown())),
});
type StoryStep = z.output<typeof step>;

const story = z.strictObject({
  about: z.string(),
  gateways: z.array(
    z.union([
      z.string(),
      z.strictObject({
        name: z.string(),
        count: z.exactOptional(z.int()),
        local: z.exactOptional(z.boolean()),
      }),
    ]),
  ),
  alerts: alertSettings.prefault({}),
  steps: z.array(step),
  /** Times in which this machine sleeps: nothing is heard and nothing ticks. */
  asleep: z.array(z.tuple([z.string(), z.string()])).default([]),
  until: z.string(),
});

export const ms = (text: string): number => {
  const value = parseQuantity("duration", text);
  if (value === undefined) throw new Error(`not a time: ${text}`);
  return value;
};

export const eventsOf = (
  document: unknown,
): { readonly about: string; readonly events: readonly Event[] } => {
  const told = story.parse(document);
  const gateways = told.gateways.flatMap((each) => {
    if (typeof each === "string") return [identity(each)];
    const changes = each.local === undefined ? {} : { local: each.local };
    return each.count === undefined
      ? [identity(each.name, changes)]
      : Array.from({ length: each.count }, (_, place) => identity(`${each.name}${place + 1}`, changes));
  });
  const names = gateways.map((gateway) => gateway.name);
  const end = ms(told.until);
  const asleep = told.asleep.map(([from, until]) => [ms(from), ms(until)] as const);
  const awake = (at: number): boolean => !asleep.some(([from, until]) => at > from && at < until);

  const timed: { readonly at: number; readonly event: Event }[] = told.steps
    .flatMap((each) => stepEvents(each, names, end))
    .filter(({ at }) => awake(at));
  for (let at = 1_000; at <= end; at += 1_000) {
    if (awake(at)) timed.push({ at, event: { kind: "tick", at: midnight + at } });
  }
  // Stable: what is written first happens first, and the tick of an instant comes after its facts.
  const events = timed.toSorted((a, b) => a.at - b.at).map(({ event }) => event);
  return {
    about: told.about,
    events: [{ kind: "settings", at: midnight, gateways, alerts: told.alerts }, ...events],
  };
};

const stepEvents = (
  each: StoryStep,
  names: readonly string[],
  end: number,
): readonly { readonly at: number; readonly event: Event }[] => {
  const from = ms(each.at ?? each.from ?? "0s");
  const until = each.at === undefined ? ms(each.until ?? `${end}ms`) : from;
  const every = each.every === undefined ? Number.POSITIVE_INFINITY : ms(each.every);
  const wanted = each.gateway ?? names[0] ?? "";
  const meant =
    wanted === "*"
      ? names
      : wanted.endsWith("*")
        ? names.filter((name) => name.startsWith(wanted.slice(0, -1)))
        : [wanted];
  const events: { readonly at: number; readonly event: Event }[] = [];
  let count = 0;
  for (let at = from; at <= until; at += every) {
    const share = until === from ? 0 : (at - from) / (until - from);
    count += 1;
    for (const gateway of meant) {
      const fill: Fill = { at: midnight + at, share, count, seed: seedOf(`${gateway} ${at}`), gateway };
      for (const news of each.news ?? []) {
        const filled = { from: "wire", ...asRecord(fillIn(news, fill)), gateway, at: midnight + at };
        events.push({ at, event: { kind: "gateway", event: gatewayEvent.parse(filled) } });
      }
      if (each.event !== undefined) {
        const filled = { at: midnight + at, ...asRecord(fillIn(each.event, fill)) };
        events.push({ at, event: recordedEvent.parse(filled) });
      }
    }
    if (every === Number.POSITIVE_INFINITY) break;
  }
  return events;
};

type Fill = {
  readonly at: number;
  readonly share: number;
  readonly count: number;
  readonly seed: number;
  readonly gateway: string;
};

const special = z.union([
  z.strictObject({ ramp: z.tuple([z.number(), z.number()]) }),
  z.strictObject({ noise: z.tuple([z.number(), z.number()]) }),
  z.strictObject({ now: z.string() }),
  z.strictObject({ each: z.string() }),
  z.strictObject({ wave: z.tuple([z.number(), z.number(), z.string()]) }),
]);

const words: ReadonlySet<string> = new Set(["ramp", "noise", "now", "each", "wave"]);

const fillIn = (value: unknown, fill: Fill): unknown => {
  if (Array.isArray(value)) return value.map((each: unknown) => fillIn(each, fill));
  if (typeof value !== "object" || value === null) return value;
  const [word = "", ...others] = Object.keys(value);
  // Asked of every object of every event: a look at its one key is enough for nearly all.
  const found = others.length === 0 && words.has(word) ? special.safeParse(value) : undefined;
  if (found?.success !== true) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillIn(each, fill)]));
  }
  const { data } = found;
  if ("ramp" in data)
    return Math.round((data.ramp[0] + (data.ramp[1] - data.ramp[0]) * fill.share) * 1_000) / 1_000;
  if ("noise" in data)
    return Math.round((data.noise[0] + (data.noise[1] - data.noise[0]) * random(fill.seed)) * 1_000) / 1_000;
  if ("now" in data) {
    return fill.at + (data.now.startsWith("-") ? -ms(data.now.slice(1)) : ms(data.now));
  }
  if ("wave" in data) {
    const [low, high, period] = data.wave;
    const phase = (fill.at % ms(period)) / ms(period);
    return Math.round((low + (high - low) * phase) * 1_000) / 1_000;
  }
  return data.each.replace("%", String(fill.count)).replace("@", fill.gateway);
};

const asRecord = (value: unknown): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(value);

const seedOf = (text: string): number => {
  let hash = 7;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
};

/** Mulberry32, one step: the same seed gives the same number on every machine. */
const random = (seed: number): number => {
  let value = (seed + 0x6d2b79f5) >>> 0;
  value = Math.imul(value ^ (value >>> 15), value | 1);
  value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
  return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
};

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Frames recorded from a real gateway: test/fixtures/captures/<name>.json. */
export const capture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/captures", `${name}.json`), "utf8"));

type Recorded = { readonly res?: { readonly payload?: unknown; readonly error?: unknown } } & {
  readonly payload?: unknown;
  readonly error?: unknown;
};

/** The payload of a recorded answer, whether it was kept with its question or alone. */
export const answer = (name: string): unknown => {
  const recorded = capture(name) as Recorded;
  return recorded.res?.payload ?? recorded.payload ?? recorded;
};

export const refusal = (name: string): unknown => {
  const recorded = capture(name) as Recorded;
  return recorded.res?.error ?? recorded.error;
};

type Step = {
  readonly dir: "in" | "out" | "close";
  readonly frame?: { readonly payload?: unknown; error?: unknown };
};

/** What the gateway said in a recorded handshake, in order. */
export const handshake = (
  name: string,
): readonly { readonly payload?: unknown; readonly error?: unknown }[] =>
  (capture(`handshake/${name}`) as readonly Step[]).flatMap((step) =>
    step.dir === "in" && step.frame !== undefined ? [step.frame] : [],
  );

export type RecordedEvent = {
  readonly event: string;
  readonly payload?: unknown;
  readonly seq?: number;
};

/** A recorded stream of events, as the bytes that came over the wire. */
export const eventFrames = (name: string): readonly { readonly event: string; readonly bytes: Buffer }[] =>
  (capture(name) as readonly RecordedEvent[]).map(({ event, payload, seq }) => ({
    event,
    bytes: Buffer.from(JSON.stringify({ type: "event", event, payload, seq })),
  }));

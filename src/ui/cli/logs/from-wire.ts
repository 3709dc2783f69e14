import * as z from "zod";
import {
  actOnGateway,
  parseLogLine,
  passes,
  watchGateway,
  type GatewayPorts,
  type GatewaySettings,
  type LogFilter,
  type LogLine,
} from "../../../clients/index.ts";
import { newestOf, type LogListener, type LogSpan } from "./log-source.ts";

/** As much as a gateway gives in one answer without noticing it. */
const linesMax = 1_000;
const bytesMax = 256 * 1024;
const withinMs = 5_000;

const tail = z.object({ lines: z.array(z.string()) });

/** The newest lines a gateway has, as it tells them itself. `whole` is false when older ones may exist. */
export const tailOverWire = async (
  settings: GatewaySettings,
  ports: GatewayPorts,
  { filter, last }: LogSpan,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly LogLine[]; readonly whole: boolean }> => {
  const texts = await actOnGateway(settings, ports, {
    scopes: ["operator.read"],
    method: "logs.tail",
    params: { limit: linesMax, maxBytes: bytesMax },
    timeoutMs: withinMs,
    read: (payload) => tail.parse(payload).lines,
    signal,
  });
  const now = ports.clock.now();
  const lines = texts.slice(-linesMax).flatMap((text) => parseLogLine(text, now) ?? []);
  const oldest = lines[0]?.at ?? now;
  const passing = lines.filter((line) => passes(filter, line));
  return {
    lines: newestOf(passing, last),
    whole: passing.length >= last || (filter.since !== undefined && oldest <= filter.since),
  };
};

/** Every new line until stopped; goes on by itself after the gateway was away, and says that it was. */
export const followOverWire = (
  settings: GatewaySettings,
  ports: GatewayPorts,
  filter: LogFilter,
  printed: readonly LogLine[],
  listener: LogListener,
): { readonly stop: () => Promise<void> } => {
  const { name } = settings;
  // The watch begins with lines we have already: known by their text, and by the time of the newest.
  const known = new Set(printed.map((line) => JSON.stringify(line)));
  const from = ports.clock.now();
  let first = true;
  let state = "";
  return watchGateway(settings, ports, (event) => {
    if (event.kind === "connection") {
      const { kind } = event.report.state;
      if (kind !== state && kind !== "connecting" && !(kind === "up" && state === "")) {
        listener.notice(name, kind === "up" ? "it answers again" : `${kind}: ${event.report.evidence}`);
      }
      if (kind !== "connecting") state = kind;
    }
    if (event.kind !== "log") return;
    const isNew = (line: LogLine): boolean =>
      !first || (line.at >= from - 2_000 && !known.has(JSON.stringify(line)));
    listener.lines(
      name,
      event.lines.filter((line) => isNew(line) && passes(filter, line)),
    );
    first = false;
  });
};

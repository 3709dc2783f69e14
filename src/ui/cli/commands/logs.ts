import { patternOf, type GatewaySettings, type LogFilter, type LogLine } from "../../../clients/index.ts";
import { ExitCode, isProblem, Problem, problemOf, timeText } from "../../../ground/index.ts";
import { logLevels } from "../../../watch/index.ts";
import { openFleet } from "../../fleet-source.ts";
import { gatewayPorts } from "../../gateway-ports.ts";
import { defineCommand, type Context } from "../command.ts";
import { parseDuration } from "../duration.ts";
import { parseInstant } from "../instant.ts";
import { logOf, readLogFile } from "../logs/from-file.ts";
import { followOverWire, tailOverWire } from "../logs/from-wire.ts";
import { newestOf, type GatewayLine, type LogListener, type LogSpan } from "../logs/log-source.ts";
import { untilInterrupted } from "../until-interrupted.ts";

const lastDefault = 50;

export const command = defineCommand({
  words: ["logs"],
  summary: "Print the newest log lines of the gateways, from the gateway itself or its file.",
  details: [
    "A gateway that answers tells its newest lines itself; for one that does not, the log file on this machine is read,",
    "also across rotation. Of several gateways the lines are merged by time. A channel's lines are found by the words of",
    "OpenClaw, so --channel telegram finds what concerns it. --grep takes a regular expression (RE2 style: no",
    "look-around, cannot hang) and looks in message and subsystem.",
    "",
    "  clawback logs --level error --since 02:00 --until 02:20",
    "  clawback logs --follow --grep 'compaction|overflow'",
    "",
    "With --json: one document, or one line per log line when following. Exits 3 when a log could not be read.",
  ].join("\n"),
  endsUnread: true,
  options: {
    tail: { kind: "number", value: "N", help: `how many of the newest lines that pass (${lastDefault})` },
    level: { kind: logLevels, help: "this level and worse" },
    channel: { kind: "text", value: "NAME", help: "only lines about this channel" },
    session: { kind: "text", value: "KEY", help: "only lines about this session" },
    since: { kind: "text", value: "TIME", help: "not before: 10m (ago), 02:15 (UTC), 2026-11-20T02:15" },
    until: { kind: "text", value: "TIME", help: "not after" },
    grep: { kind: "text", value: "RE", help: "only lines in which this is found" },
    "ignore-case": { kind: "flag", help: "--grep takes capital and small letters as the same" },
    follow: { kind: "flag", help: "go on with new lines until interrupted" },
    source: { kind: ["auto", "wire", "file"], help: "where from (auto: the gateway, else its file)" },
  },
  run: async (context, { options }) => {
    const filter = filterOf(options, context.clock.now());
    const span: LogSpan = { filter, last: options.tail ?? lastDefault };
    const source = options.source ?? "auto";
    await using fleet = await openFleet(context);
    const many = fleet.gateways.length > 1;
    const { follow } = options;
    // The demo's gateways write elsewhere than OpenClaw's default, which is another gateway's.
    const isDemo = fleet.demo !== undefined;
    if (fleet.banner !== undefined && !context.flags.json) context.err(`${fleet.banner}\n`);

    const printer = printerOf(context, many, follow);
    const past: GatewayLine[] = [];
    const collect: LogListener = {
      lines: (gateway, lines) => past.push(...lines.map((line) => ({ gateway, ...line }))),
      notice: printer.notice,
    };
    const problems: Problem[] = [];
    const ways = await Promise.all(
      fleet.gateways.map(async (settings): Promise<Way | undefined> => {
        try {
          return await readPast(context, { settings, isDemo }, span, source, collect);
        } catch (error) {
          if (!isProblem(error)) throw error;
          printer.notice(settings.name, error.message);
          problems.push(error);
          return undefined;
        }
      }),
    );
    const [only] = problems;
    if (only !== undefined && problems.length === ways.length && !follow) throw only;
    const newest = newestOf(
      past.toSorted((a, b) => a.at - b.at),
      span.last,
    );
    printer.past(newest);
    if (newest.length === 0 && span.last > 0 && problems.length === 0) context.err("No line passes.\n");
    if (!follow) return problems.length > 0 ? ExitCode.gateway : ExitCode.fine;

    const ports = gatewayPorts(context);
    const following = fleet.gateways.map((settings, at) =>
      ways[at] === "file"
        ? followFile(context, settings, filter, printer)
        : followOverWire(
            settings,
            ports,
            filter,
            newest
              .filter(({ gateway }) => gateway === settings.name)
              .map(({ gateway: _gateway, ...line }) => line),
            printer,
          ),
    );
    const exit = await untilInterrupted(context);
    await Promise.all(following.map((each) => each.stop()));
    return exit;
  },
});

type Way = "wire" | "file";

const filterOf = (
  options: {
    readonly level: LogLine["level"] | undefined;
    readonly channel: string | undefined;
    readonly session: string | undefined;
    readonly since: string | undefined;
    readonly until: string | undefined;
    readonly grep: string | undefined;
    readonly "ignore-case": boolean;
  },
  now: number,
): LogFilter => {
  const { level, channel, session, since, until, grep } = options;
  const instant = (text: string, name: string): number =>
    parseInstant(text, name, now, (length) => parseDuration(length, name));
  return {
    ...(level === undefined ? {} : { atLeast: level }),
    ...(channel === undefined ? {} : { channel }),
    ...(session === undefined ? {} : { sessionKey: session }),
    ...(since === undefined ? {} : { since: instant(since, "--since") }),
    ...(until === undefined ? {} : { until: instant(until, "--until") }),
    ...(grep === undefined ? {} : { pattern: patternOf(grep, { ignoreCase: options["ignore-case"] }) }),
  };
};

/** Reads what is there already and says which way it went, so that following goes on the same way. */
const readPast = async (
  context: Context,
  { settings, isDemo }: { readonly settings: GatewaySettings; readonly isDemo: boolean },
  span: LogSpan,
  source: "auto" | Way,
  listener: LogListener,
): Promise<Way> => {
  const { clock, signal, env } = context;
  const place = source === "wire" || isDemo ? undefined : await logOf(settings, env);
  let unanswered: unknown;
  if (source !== "file" && !settings.httpOnly) {
    try {
      const { lines, whole } = await tailOverWire(settings, gatewayPorts(context), span, signal);
      listener.lines(settings.name, lines);
      if (!whole && place !== undefined && span.filter.since !== undefined) {
        listener.notice(
          settings.name,
          "only its newest lines were looked at; --source file reads further back",
        );
      }
      return "wire";
    } catch (error) {
      if (!isProblem(error) || place === undefined || signal.aborted) throw error;
      unanswered = error;
    }
  }
  if (place === undefined) {
    throw (
      unanswered ??
      new Problem("LOG_UNREACHABLE", `The log file of ${settings.name} cannot be found from here.`, {
        hint: "Give this gateway a stateDir in the configuration, or read it on its own machine.",
        exit: ExitCode.gateway,
      })
    );
  }
  if (unanswered !== undefined) {
    listener.notice(settings.name, `${problemOf(unanswered).message}; reading its log file`);
  }
  await readLogFile(settings.name, place, span, { follow: false, signal, clock }, listener);
  return "file";
};

const followFile = (
  { clock, env }: Context,
  settings: GatewaySettings,
  filter: LogFilter,
  listener: LogListener,
): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    const place = await logOf(settings, env);
    if (place === undefined) return;
    const how = { follow: true, signal: stopping.signal, clock };
    await readLogFile(settings.name, place, { filter, last: 0 }, how, listener);
  };
  const reading = run().catch((error: unknown) => {
    listener.notice(settings.name, problemOf(error).message);
  });
  return {
    stop: async () => {
      stopping.abort();
      await reading;
    },
  };
};

const printerOf = (
  context: Context,
  many: boolean,
  follow: boolean,
): LogListener & { readonly past: (lines: readonly GatewayLine[]) => void } => {
  const { json } = context.flags;
  const one = (line: GatewayLine): void => {
    if (json) context.document(line);
    else context.out(`${lineText(line, many)}\n`);
  };
  return {
    past: (lines) => {
      if (json && !follow) context.document({ lines });
      else for (const line of lines) one(line);
    },
    lines: (gateway, lines) => {
      for (const line of lines) one({ gateway, ...line });
    },
    notice: (gateway, text) => {
      const said = text.startsWith(`${gateway}: `) ? text : `${gateway}: ${text}`;
      context.err(`-- ${said} --\n`);
    },
  };
};

const lineText = (line: GatewayLine, many: boolean): string => {
  return `${timeText(line.at)} ${many ? `${line.gateway.padEnd(10)} ` : ""}${line.level.toUpperCase().padEnd(5)} ${line.subsystem === "" ? "" : `${line.subsystem}  `}${wordsOf(line)}`;
};

const wordsOf = ({ message, sessionKey }: LogLine): string =>
  sessionKey === undefined || message.includes(sessionKey) ? message : `${message}  session=${sessionKey}`;

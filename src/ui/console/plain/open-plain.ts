import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ExitCode, harmlessLine, type Clock } from "../../../ground/index.ts";
import { newModel, type Model } from "../../../watch/index.ts";
import type { Watched } from "../open-console.tsx";
import type { AuditEntry } from "../state/audit.ts";
import type { Setting } from "../state/model.ts";
import { answerTo } from "./answers.ts";
import { newsBetween } from "./news.ts";

export type PlainOptions = {
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly clock: Clock;
  readonly setting: Setting;
  readonly watch: (onChange: (model: Model) => void) => Promise<Watched>;
  readonly record: (entry: AuditEntry) => Promise<void>;
};

/** News is gathered for so long, so that one event is not told in three halves. */
const gatherMs = 1_000;

/**
 * The console for a screen reader: no frame, no cursor that moves, only lines. What changes is said as it comes, and a
 * typed word asks for the rest. Full-screen drawings are read out cell by cell or not at all; lines are what every
 * screen reader follows.
 */
export const openPlain = async (options: PlainOptions): Promise<ExitCode> => {
  const { clock, out, stdin } = options;
  let { setting } = options;
  // A line of a gateway must not act on a terminal, whoever reads it.
  const say = (lines: readonly string[]): void => {
    for (const line of lines) out(`${harmlessLine(line)}\n`);
  };
  let said: Model = newModel(clock.now());
  let current = said;
  let gathering: (() => void) | undefined;
  let greeted = false;
  const tell = (): void => {
    gathering = undefined;
    say(newsBetween(said, current, setting));
    said = current;
  };
  say([setting.texts.plain.starting]);
  const { watching, banner, readOnly } = await options.watch((model) => {
    current = model;
    if (greeted) gathering ??= clock.after(gatherMs, tell);
  });
  await using _ = watching;
  setting = { ...setting, banner, readOnly: { ...setting.readOnly, gateways: new Set(readOnly) } };
  current = watching.model();
  said = current;
  greeted = true;
  say([...(banner === undefined ? [] : [banner]), setting.texts.plain.hello(current.gateways.length)]);

  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) {
      const { lines: answer, event, leaves } = answerTo(line, current, setting);
      if (event !== undefined) {
        watching.publish(event);
        const command = `clawback alerts ack ${event.kind === "acknowledge" ? event.alert : ""}`;
        const text = answer.join(" ");
        await options.record({ at: clock.now(), command, ended: { exit: 0, durationMs: 0, text } });
      }
      say(answer);
      if (leaves === true) break;
    }
  } finally {
    gathering?.();
    lines.close();
  }
  return ExitCode.fine;
};

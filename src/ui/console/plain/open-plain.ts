import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ExitCode, harmlessLine, type Clock } from "../../../ground/index.ts";
import { newModel, type Model } from "../../../watch/index.ts";
import type { Watched } from "../open-console.ts";
import type { AuditEntry } from "../state/audit.ts";
import type { Setting } from "../state/model.ts";
import { effectRunner } from "../effects/run-effects.ts";
import type { Action } from "../state/action.ts";
import type { ConsoleModel } from "../state/model.ts";
import { firstTakeback } from "../state/takeback.ts";
import { firstVault } from "../state/vault.ts";
import { firstView } from "../state/view.ts";
import { act } from "../update/index.ts";
import { answerTo } from "./answers.ts";
import { newsBetween } from "./news.ts";
import { decided, wayBack, type Asked } from "./way-back.ts";
import { wayBackNews } from "./way-back-news.ts";

export type PlainOptions = {
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly clock: Clock;
  readonly setting: Setting;
  readonly watch: (onChange: (model: Model) => void) => Promise<Watched>;
  readonly record: (entry: AuditEntry) => Promise<void>;
};

const nowhere = (): never => {
  throw new Error("lines have no screen to do that on");
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
    say(newsBetween(said, current, setting, (gateway) => behind.takeback.runs.has(gateway)));
    said = current;
    perform({ kind: "news", watch: current });
  };
  // What is planned, asked and decided is the console's own: only that nobody draws it.
  let behind: ConsoleModel = {
    watch: said,
    view: firstView,
    vault: firstVault,
    takeback: firstTakeback,
    setting,
    isStarting: false,
  };
  const perform = (action: Action): void => {
    const before = behind;
    const step = act(before, action);
    behind = step.model;
    // Said before it is done: what is done at once is told from within.
    say(wayBackNews(before, behind));
    for (const effect of step.effects) effects.run(effect);
  };
  let watched: Watched | undefined;
  const effects = effectRunner(
    {
      now: clock.now,
      steady: clock.steady,
      tell: (event) => watched?.watching.publish(event),
      vault: (request) => watched?.vault.run(request) ?? Promise.resolve({ text: "" }),
      takeback: (request) => watched?.takeback.run(request) ?? Promise.resolve({ text: "" }),
      record: options.record,
      copy: nowhere,
      repaint: nowhere,
      point: nowhere,
      showText: nowhere,
      writeReport: nowhere,
    },
    perform,
  );

  say([setting.texts.plain.starting]);
  watched = await options.watch((model) => {
    current = model;
    if (greeted) gathering ??= clock.after(gatherMs, tell);
  });
  const { watching, banner, readOnly, vault, takeback } = watched;
  await using _ = watching;
  setting = { ...setting, banner, readOnly: { ...setting.readOnly, gateways: new Set(readOnly) } };
  current = watching.model();
  said = current;
  greeted = true;
  behind = { ...behind, watch: current, setting };
  say([...(banner === undefined ? [] : [banner]), setting.texts.plain.hello(current.gateways.length)]);

  vault.start((news) => {
    perform({ kind: "vault-news", news });
  });
  takeback.start((news) => {
    perform({ kind: "takeback-news", news });
  });
  const does = ({ lines: answer, actions }: Asked): void => {
    say(answer);
    for (const action of actions) perform(action);
  };

  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) {
      // What is decided or planned is so on the newest there is.
      perform({ kind: "news", watch: current });
      const asked = behind.view.dialog === undefined ? wayBack(line, behind) : decided(line, behind);
      if (asked !== undefined) does(asked);
      if (behind.view.ended) break;
      if (asked !== undefined) continue;
      const { lines: answer, event, leaves } = answerTo(line, current, setting);
      if (event !== undefined) {
        watching.publish(event);
        const command = `clawback alerts ack ${event.kind === "acknowledge" ? event.alert : ""}`;
        const text = answer.join(" ");
        await options.record({ at: clock.now(), command, ended: { exit: 0, durationMs: 0, text } });
      }
      if (leaves === true) perform({ kind: "quit" });
      // What goes on is not left without a question.
      if (leaves === true && !behind.view.ended) continue;
      say(answer);
      if (leaves === true) break;
    }
  } finally {
    gathering?.();
    lines.close();
  }
  // Nobody is there to be asked where the lines ended by themselves: what goes on is finished.
  await takeback.stop(behind.view.ended ? "call-off" : "finish");
  await vault.stop();
  await effects.settled();
  return ExitCode.fine;
};

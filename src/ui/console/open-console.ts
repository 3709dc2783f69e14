import type { Clock, ExitCode } from "../../ground/index.ts";
import { ExitCode as Exit, harmless, harmlessLine, problemOf } from "../../ground/index.ts";
import { newModel, type Event, type Model, type Told } from "../../watch/index.ts";
import type { Watching } from "../../watch/effects/index.ts";
import { dispatchKey } from "./dispatch.ts";
import { attending } from "./effects/attending.ts";
import { effectRunner, type EffectPorts } from "./effects/run-effects.ts";
import { measuring } from "./effects/measuring.ts";
import { publisher } from "./effects/publishing.ts";
import { drawFirstPicture } from "./first-picture.ts";
import type { Action } from "./state/action.ts";
import type { ConsoleModel, Setting } from "./state/model.ts";
import { firstTakeback, type TakebackNews, type TakebackRequest } from "./state/takeback.ts";
import { firstVault, type VaultNews, type VaultRequest } from "./state/vault.ts";
import { firstView, placeOf } from "./state/view.ts";
import {
  attachProbe,
  openTerminal,
  type Key,
  type LiveSource,
  type Terminal,
  type TerminalOptions,
} from "./terminal/index.ts";
import type { Capabilities, Look } from "./theme/index.ts";
import { act, ownRestores } from "./update/index.ts";

export type ConsoleOptions = {
  readonly stdin: TerminalOptions["stdin"];
  readonly stdout: TerminalOptions["stdout"];
  readonly stderr: (text: string) => void;
  readonly capabilities: Capabilities;
  readonly look: Look;
  readonly clock: Clock;
  readonly setting: Setting;
  /** Clicks and the wheel are listened to from the beginning. */
  readonly mouse: boolean;
  /** Starts the watching; told where to bring news. The first frame does not wait for it. */
  readonly watch: (onChange: (model: Model) => void) => Promise<Watched>;
  /** A file to keep a report of the terminal's figures in, for tests and benchmarks. */
  readonly probe: string | undefined;
  /** What the console may do outside of itself. */
  readonly ports: Pick<EffectPorts, "showText" | "writeReport" | "record">;
};

export type Watched = {
  readonly watching: Watching & {
    /** Something a person did here, for this process and all others. */
    readonly publish: (event: Event & { readonly at: number }) => void;
  };
  readonly vault: VaultDesk;
  readonly takeback: TakebackDesk;
  /** Said in the header when the fleet is not real. */
  readonly banner: string | undefined;
  /** Gateways that are only to be looked at. */
  readonly readOnly: readonly string[];
};

/** The vault beside the fleet: does what is asked, and tells what there is to know. */
export type VaultDesk = {
  readonly start: (tell: (news: VaultNews) => void) => void;
  readonly run: (request: VaultRequest) => Promise<Told>;
  /** Somebody looks at the vault and the machine it lies on: they are measured only then. */
  readonly look: (looking: boolean) => void;
  /** Ends what runs at its next safe point. */
  readonly stop: () => Promise<void>;
};

/** Going back, beside the fleet: plans, restores, rollbacks, and those that others began. */
export type TakebackDesk = {
  readonly start: (tell: (news: TakebackNews) => void) => void;
  readonly run: (request: TakebackRequest) => Promise<Told>;
  /** Whether a restore or its undoing goes on now. */
  readonly isGoing: () => boolean;
  /** What goes on is called off; where the terminal is gone, and nobody can be asked, it is finished. */
  readonly stop: (how: "call-off" | "finish") => Promise<void>;
};

/** The full-screen console: a terminal, one model, keys in, frames out. Answers when the person leaves. */
export const openConsole = async (options: ConsoleOptions): Promise<ExitCode> => {
  const { clock, look, setting, capabilities, ports } = options;
  /** Said when the screen is the person's own again. */
  const parting: string[] = [];
  using _said = {
    [Symbol.dispose]: () => {
      for (const line of parting) options.stderr(`${harmlessLine(line, 1_000)}\n`);
    },
  };
  await using terminal = openTerminal({
    stdin: options.stdin,
    stdout: options.stdout,
    capabilities,
    clock,
    crashed: (error, isHeard) => {
      const { message, exit } = problemOf(error);
      if (isHeard) options.stderr(`clawback: ${harmless(message)}\n`);
      return exit;
    },
  });

  terminal.point(options.mouse);

  const left = Promise.withResolvers<"asked" | "hung-up">();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const perform = (action: Action): void => {
    const step = act(model, action);
    model = step.model;
    for (const effect of step.effects) effects.run(effect);
    const { screen } = placeOf(model.view);
    perf.watch(screen === "perf");
    watched?.vault.look(screen === "vault");
    if (watched !== undefined) attend(model, terminal.stats().pace);
    if (model.view.ended) left.resolve("asked");
  };
  const emit = (action: Action): void => {
    perform(action);
    tell();
  };

  const attend = attending((attention) => watched?.watching.pace(attention));
  const news = publisher(clock, () => terminal.stats().pace, emit);
  let watched: Watched | undefined;
  let model: ConsoleModel = {
    watch: newModel(clock.now()),
    view: { ...firstView, ...terminal.size(), mouse: options.mouse },
    vault: firstVault,
    takeback: firstTakeback,
    setting,
    isStarting: true,
  };
  const source: LiveSource<ConsoleModel> = {
    read: () => model,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
  const effects = effectRunner(
    {
      ...ports,
      now: clock.now,
      steady: clock.steady,
      tell: (event) => watched?.watching.publish(event),
      copy: terminal.copy,
      repaint: terminal.repaint,
      point: terminal.point,
      vault: (request) => watched?.vault.run(request) ?? Promise.resolve({ text: "" }),
      takeback: (request) => watched?.takeback.run(request) ?? Promise.resolve({ text: "" }),
      showText: (program, name, text) => terminal.suspend(() => ports.showText(program, name, text)),
    },
    emit,
  );
  const perf = measuring(
    terminal,
    clock,
    () => watched?.watching.costs() ?? [],
    (facts) => {
      emit({ kind: "measured", perf: facts });
    },
  );

  const press = (key: Key, before: ConsoleModel): void => {
    if (key.kind === "key" && key.name === "ctrl-z") {
      // Its gateway may stand still just now, and would until somebody remembers.
      if (watched?.takeback.isGoing() === true)
        perform({ kind: "say", text: setting.texts.restore.notStopped });
      else terminal.stop();
      return;
    }
    for (const action of dispatchKey(model, key, before)) perform(action);
  };
  terminal.onKeys((keys) => {
    const arrivedAt = clock.steady();
    news.bringNow();
    const before = model;
    for (const key of keys) press(key, before);
    tell();
    perf.pressed(arrivedAt);
  });
  terminal.onResize(({ columns, rows }) => {
    emit({ kind: "resize", columns, rows });
  });
  terminal.onHangup(() => {
    left.resolve("hung-up");
  });
  terminal.finishFirst(() =>
    watched?.takeback.isGoing() === true
      ? watched.takeback.stop("finish").then(() => effects.settled())
      : undefined,
  );

  const stopProbe = options.probe === undefined ? undefined : attachProbe(terminal, clock, options.probe);
  const endFirstPicture = drawFirstPicture(terminal, source, look);
  await firstFrame(terminal);
  const { mountApp } = await import("./mount-app.tsx");
  const mounted = mountApp(source, { terminal, look });
  endFirstPicture();
  watched = await options.watch(news.bring);
  await using watching = watched.watching;
  const readOnly = { ...setting.readOnly, gateways: new Set(watched.readOnly) };
  model = { ...model, setting: { ...setting, banner: watched.banner, readOnly }, isStarting: false };
  emit({ kind: "news", watch: watching.model() });
  watched.vault.start((told) => {
    emit({ kind: "vault-news", news: told });
  });
  watched.takeback.start((told) => {
    emit({ kind: "takeback-news", news: told });
  });
  const how = await Promise.race([left.promise, mounted.ended]);
  const going = ownRestores(model).map(({ gateway }) => gateway);
  // It may take a stop and a start to undo a restore: meanwhile it is seen.
  await watched.takeback.stop(how === "hung-up" ? "finish" : "call-off");
  if (going.length > 0 && how === "asked") parting.push(...(await whatBecame(going, model)));
  news.stop();
  perf.stop();
  stopProbe?.();
  mounted.unmount();
  await watched.vault.stop();
  await effects.settled();
  return Exit.fine;
};

/** The screen goes with all that stood on it: what was called off by leaving is said once more. */
const whatBecame = async (gateways: readonly string[], model: ConsoleModel): Promise<readonly string[]> => {
  const { endLines } = await import("./plain/way-back-news.ts");
  return gateways.flatMap((gateway) => {
    const run = model.takeback.runs.get(gateway);
    return run === undefined
      ? []
      : endLines(run, model).map((line) => (line.startsWith(gateway) ? line : `${gateway}: ${line}`));
  });
};

/** What comes next holds the event loop for a while: the frame goes out before it. */
const firstFrame = async (terminal: Terminal): Promise<void> => {
  for (let turn = 0; turn < 50 && terminal.stats().frames === 0; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
};

import type { Clock, ExitCode } from "../../ground/index.ts";
import { ExitCode as Exit, harmless, problemOf } from "../../ground/index.ts";
import { newModel, type Model } from "../../watch/index.ts";
import type { Watching } from "../../watch/effects/index.ts";
import { App } from "./app.tsx";
import { dispatchKey } from "./dispatch.ts";
import type { ConsoleSource } from "./screens/source.ts";
import type { Action } from "./state/action.ts";
import type { ConsoleModel } from "./state/model.ts";
import { act } from "./state/update.ts";
import { firstView } from "./state/view.ts";
import {
  attachProbe,
  mountConsole,
  openTerminal,
  type Key,
  type Terminal,
  type TerminalOptions,
} from "./terminal/index.ts";
import type { Capabilities, Look } from "./theme/index.ts";

export type ConsoleOptions = {
  readonly stdin: TerminalOptions["stdin"];
  readonly stdout: TerminalOptions["stdout"];
  readonly stderr: (text: string) => void;
  readonly capabilities: Capabilities;
  readonly look: Look;
  readonly clock: Clock;
  /** Starts the watching; told where to bring news. The first frame does not wait for it. */
  readonly watch: (onChange: (model: Model) => void) => Promise<Watched>;
};

export type Watched = {
  readonly watching: Watching;
  /** Said in the header when the fleet is not real. */
  readonly banner: string | undefined;
};

/** The full-screen console: a terminal, one model, keys in, frames out. Answers when the person leaves. */
export const openConsole = async (options: ConsoleOptions): Promise<ExitCode> => {
  const { clock, look, capabilities } = options;
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

  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  let model: ConsoleModel = {
    watch: newModel(clock.now()),
    view: { ...firstView, ...terminal.size() },
    banner: undefined,
    isStarting: true,
  };
  const bring = (watch: Model): void => {
    model = { ...model, watch, isStarting: false };
    tell();
  };
  const source: ConsoleSource = {
    read: () => model,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };

  const left = Promise.withResolvers<void>();
  const perform = (action: Action): void => {
    if (action.kind === "repaint") terminal.repaint();
    model = act(model, action);
    if (model.view.ended) left.resolve();
  };
  const press = (key: Key): void => {
    if (key.kind === "key" && key.name === "ctrl-z") {
      terminal.stop();
      return;
    }
    const { actions, refused } = dispatchKey(model, key);
    for (const action of actions) perform(action);
    if (refused !== undefined) perform({ kind: "say", text: refused });
  };
  terminal.onKeys((keys) => {
    for (const key of keys) press(key);
    tell();
  });
  terminal.onResize(({ columns, rows }) => {
    perform({ kind: "resize", columns, rows });
    tell();
  });
  terminal.onHangup(() => {
    left.resolve();
  });

  const probePath = process.env["CLAWBACK_PROBE"];
  const closeProbe = probePath === undefined ? undefined : attachProbe(terminal, clock, probePath);
  const mounted = mountConsole(<App source={source} />, { terminal, look });
  await firstFrame(terminal);
  const { watching, banner } = await options.watch(bring);
  await using _ = watching;
  model = { ...model, banner };
  bring(watching.model());
  await Promise.race([left.promise, mounted.ended]);
  mounted.unmount();
  closeProbe?.();
  return Exit.fine;
};

/** What comes next holds the event loop for a while: the frame goes out before it. */
const firstFrame = async (terminal: Terminal): Promise<void> => {
  for (let turn = 0; turn < 50 && terminal.stats().frames === 0; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
};

import { type Clock, isKeyboardLent, lendKeyboard, Problem, ExitCode } from "../../../ground/index.ts";
import type { Capabilities } from "../theme/index.ts";
import { clipboardSequence } from "./clipboard.ts";
import { watchEndings } from "./endings.ts";
import { Input, type TerminalInput } from "./input.ts";
import type { Key } from "./keys.ts";
import type { TerminalOutput } from "./link.ts";
import { enterSequence, leaveSequence, pointerSequence } from "./modes.ts";
import type { Size } from "./rectangle.ts";
import { Screen, type ScreenStats } from "./screen.ts";
import type { Misfit } from "./stage.ts";

export type TerminalOptions = {
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** Told of a frame or pane of the wrong size. Throw in it where that must not pass. */
  readonly onMisfit?: (misfit: Misfit) => void;
  /**
   * An exception nobody caught, after the terminal was given back: say so, and return the exit code. `isHeard` is false
   * when the terminal takes nothing any more; writing to it would wait for ever.
   */
  readonly crashed?: (error: unknown, isHeard: boolean) => number;
};

export type Terminal = AsyncDisposable & {
  readonly size: () => Size;
  readonly screen: Screen;
  /** All keys of one piece of input arrive together, so that they can become one frame. */
  readonly onKeys: (listener: (keys: readonly Key[]) => void) => () => void;
  readonly onResize: (listener: (size: Size) => void) => () => void;
  /** Called once when nobody is at the other end any more: the window was closed, the connection is gone. */
  readonly onHangup: (listener: () => void) => () => void;
  /** Asked once when a signal ends the program: what must come to its end first, after the terminal was given back. */
  readonly finishFirst: (finish: () => Promise<unknown> | undefined) => void;
  /** Hands the terminal to another program (an editor, a pager) and takes it back when `run` is done. */
  readonly suspend: <T>(run: () => Promise<T>) => Promise<T>;
  /** Whether the terminal tells of clicks and the wheel; given back with it on every way out. */
  readonly point: (on: boolean) => void;
  /** ctrl-Z. */
  readonly stop: () => void;
  /** ctrl-L. */
  readonly repaint: () => void;
  /** Puts a text on the clipboard of the person's own machine, where her terminal allows it (OSC 52). */
  readonly copy: (text: string) => void;
  readonly stats: () => ScreenStats;
  /** Gives the terminal back. Waits a moment for the last frame to go out; a link that takes nothing is left behind. */
  readonly close: () => Promise<void>;
};

/** Sizes change in bursts while a window is dragged: the first counts at once, then one in every such time. */
const resizeMs = 60;
/** How long the way out waits for a link that takes nothing. */
const drainMs = 500;
const leaveMs = 300;

/**
 * Takes the terminal: alternate screen, no cursor, raw mode, marked pastes. From here on this is the only owner of it,
 * and gives it back on every way out, the unforeseen ones included; only SIGKILL cannot be seen coming.
 */
export const openTerminal = (options: TerminalOptions): Terminal => {
  const { stdin, stdout, capabilities, clock } = options;
  if (!capabilities.interactive) {
    throw new Problem(
      "TERMINAL_NOT_INTERACTIVE",
      `no full screen: ${capabilities.because ?? "no terminal"}`,
      {
        hint: "Use `clawback status` for a report in plain text.",
        exit: ExitCode.usage,
      },
    );
  }

  const keyListeners = new Set<(keys: readonly Key[]) => void>();
  const resizeListeners = new Set<(size: Size) => void>();
  const hangupListeners = new Set<() => void>();
  let state: "ours" | "lent" | "closed" = "lent";
  let size = sizeOf(stdout);
  let isPointing = false;

  const screen = new Screen({
    output: stdout,
    clock,
    size,
    synchronized: capabilities.synchronized,
    soon: (flush) => {
      setImmediate(flush);
    },
    onMisfit: options.onMisfit ?? (() => undefined),
  });
  const input = new Input(stdin, clock, (keys) => {
    for (const listener of keyListeners) listener(keys);
  });

  const enter = (): void => {
    if (state === "closed") return;
    state = "ours";
    screen.link.take();
    input.open();
    screen.link.writeNow(enterSequence(capabilities, isPointing), leaveMs);
    applySize();
    screen.repaint();
    screen.release();
  };
  const leave = (): boolean => {
    if (state !== "ours") return true;
    state = "lent";
    screen.hold();
    const written = screen.link.writeNow(leaveSequence(capabilities, isPointing), leaveMs);
    input.close();
    screen.link.lend();
    return written;
  };

  const applySize = (): void => {
    const now = sizeOf(stdout);
    if (now.columns === size.columns && now.rows === size.rows) return;
    size = now;
    screen.resize(size);
    for (const listener of resizeListeners) listener(size);
  };
  let resting: (() => void) | undefined;
  let isSizeDue = false;
  const onResize = (): void => {
    if (resting !== undefined) {
      isSizeDue = true;
      return;
    }
    applySize();
    resting = clock.after(resizeMs, () => {
      resting = undefined;
      if (!isSizeDue) return;
      isSizeDue = false;
      onResize();
    });
  };

  let isGone = false;
  const onGone = (): void => {
    if (isGone || state === "closed") return;
    isGone = true;
    for (const listener of hangupListeners) listener();
  };

  let finish = (): Promise<unknown> | undefined => undefined;
  const endings = watchEndings({
    leave,
    enter,
    finish: () => finish(),
    isLent: isKeyboardLent,
    crashed:
      options.crashed ??
      ((error, isHeard) => {
        if (isHeard) console.error(error);
        return ExitCode.needsPerson;
      }),
  });

  stdout.on("resize", onResize);
  stdout.on("error", onGone);
  stdin.on("error", onGone);
  stdin.on("end", onGone);
  enter();

  const close = async (): Promise<void> => {
    if (state === "closed") return;
    // A frame half out would go on after the last words and be seen on the shell's screen.
    screen.hold();
    const drained = await screen.link.drained(drainMs);
    const written = leave();
    state = "closed";
    resting?.();
    endings.close();
    // Its errors stay listened to: what is thrown away with the link is reported as one, and nobody has to know.
    stdout.off("resize", onResize);
    stdin.off("error", onGone);
    stdin.off("end", onGone);
    if (!drained || !written) screen.link.abandon();
  };

  return {
    size: () => size,
    screen,
    onKeys: (listener) => added(keyListeners, listener),
    onResize: (listener) => added(resizeListeners, listener),
    onHangup: (listener) => added(hangupListeners, listener),
    finishFirst: (asked) => {
      finish = asked;
    },
    suspend: async (run) => {
      screen.hold();
      await screen.link.drained(drainMs);
      leave();
      try {
        return await lendKeyboard(run);
      } finally {
        enter();
      }
    },
    point: (on) => {
      if (on === isPointing) return;
      isPointing = on;
      screen.aside(pointerSequence(on));
    },
    stop: endings.stop,
    repaint: () => {
      screen.repaint();
    },
    copy: (text) => {
      screen.aside(clipboardSequence(text, capabilities));
    },
    stats: () => screen.stats,
    close,
    [Symbol.asyncDispose]: close,
  };
};

const added = <Listener>(listeners: Set<Listener>, listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** A terminal that does not say its size gets the one everybody assumes. */
const sizeOf = (stdout: TerminalOutput): Size => ({
  columns: positive(stdout.columns) ?? 80,
  rows: positive(stdout.rows) ?? 24,
});

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

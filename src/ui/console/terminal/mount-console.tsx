import { Box, render } from "ink";
import type { ReactNode } from "react";
import type { Look } from "../theme/index.ts";
import { FrameSink, SilentInput } from "./ink-streams.ts";
import { type Surface, SurfaceContext, useTerminalSize } from "./live.tsx";
import type { Terminal } from "./open-terminal.ts";

export type MountOptions = {
  readonly terminal: Terminal;
  readonly look: Look;
};

export type MountedConsole = {
  readonly rerender: (node: ReactNode) => void;
  readonly unmount: () => void;
  /** Resolves when unmounted; rejects with what a component threw. */
  readonly ended: Promise<void>;
};

/**
 * Hangs a React tree into the terminal: in a root of exactly the screen's size, drawn by Ink into the screen's back
 * layer, with live panes in front. The terminal stays the caller's: it outlives the tree and has to be closed.
 */
export const mountConsole = (node: ReactNode, { terminal, look }: MountOptions): MountedConsole => {
  const { screen } = terminal;
  const sink = new FrameSink(terminal.size, (lines) => {
    screen.setFrame(lines);
  });
  const stopResize = terminal.onResize(() => {
    sink.emit("resize");
  });
  const layoutListeners = new Set<() => void>();
  const surface: Surface = {
    screen,
    look,
    size: { read: terminal.size, subscribe: terminal.onResize },
    onLayout: (run) => {
      layoutListeners.add(run);
      return () => {
        layoutListeners.delete(run);
      };
    },
  };
  const rooted = (inner: ReactNode): ReactNode => (
    <SurfaceContext value={surface}>
      <Root>{inner}</Root>
    </SurfaceContext>
  );

  const instance = render(rooted(node), {
    stdout: asWriteStream(sink),
    stdin: asReadStream(new SilentInput()),
    // Ink's own idea of interactive looks at CI and the stream; who is in front of the terminal was settled before.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // The screen already makes one frame of all that changes together; a slower clock here would only delay keys.
    maxFps: 1_000,
    onRender: () => {
      for (const run of layoutListeners) run();
    },
  });
  const ended = instance.waitUntilExit().then(
    () => {
      stopResize();
    },
    (error: unknown) => {
      stopResize();
      throw error;
    },
  );
  return {
    rerender: (next) => {
      instance.rerender(rooted(next));
    },
    unmount: () => {
      instance.unmount();
    },
    ended,
  };
};

const Root = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const { columns, rows } = useTerminalSize();
  return (
    <Box width={columns} height={rows} flexDirection="column" overflow="hidden">
      {children}
    </Box>
  );
};

// Ink asks for tty streams by type and uses no more of them than these have: it was told they are no ttys.
const asWriteStream = (sink: FrameSink): NodeJS.WriteStream => sink as unknown as NodeJS.WriteStream;
const asReadStream = (input: SilentInput): NodeJS.ReadStream => input as unknown as NodeJS.ReadStream;

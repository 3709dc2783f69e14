import { spawn } from "node:child_process";
import { Box, Text } from "ink";
import { type ReactNode, useState, useEffect } from "react";
import { systemClock } from "../../../src/ground/index.ts";
import {
  attachProbe,
  Cover,
  Live,
  mountConsole,
  openTerminal,
  useTerminalSize,
  type Key,
} from "../../../src/ui/console/terminal/index.ts";
import { capabilitiesOf, makeLook, type Look } from "../../../src/ui/console/theme/index.ts";
import type { Size } from "../../../src/ui/console/terminal/index.ts";

/**
 * A small console on the real terminal layer, for the tests of that layer: a header and a footer drawn by Ink, two
 * live panes side by side, a dialog over them, and a key for every way out. Also what the benchmark measures before
 * there is more to measure.
 */
type Model = {
  readonly tick: number;
  readonly keys: number;
  readonly log: readonly string[];
  readonly typed: string;
};

let model: Model = { tick: 0, keys: 0, log: [], typed: "" };
const listeners = new Set<() => void>();
const publish = (next: Partial<Model>): void => {
  model = { ...model, ...next };
  for (const each of listeners) each();
};
const source = {
  read: () => model,
  subscribe: (changed: () => void) => {
    listeners.add(changed);
    return () => {
      listeners.delete(changed);
    };
  },
};

const hz = Number(process.env["FIXTURE_HZ"] ?? "0");

const table = (current: Model, { columns, rows }: Size, look: Look): readonly string[] =>
  Array.from({ length: rows }, (_, row) => {
    const busy = (row * 7 + current.tick) % 5 === 0;
    const line = `${busy ? look.sign("bad") : look.sign("good")} row-${row} ${look.bar(((row * 13 + current.tick) % 100) / 100, 10)} t${row % 4 === 0 ? current.tick : 0}`;
    const fitted = look.fit(line, columns);
    return row === current.keys % rows ? look.paint("selection", fitted) : fitted;
  });

const log = (current: Model, { columns, rows }: Size, look: Look): readonly string[] => {
  const shown = current.log.slice(-rows).map((each) => look.fit(each, columns));
  return [...shown, ...Array.from({ length: rows - shown.length }, () => "")];
};

const capabilities = capabilitiesOf({
  env: process.env,
  stdinIsTerminal: process.stdin.isTTY,
  stdoutIsTerminal: process.stdout.isTTY,
  ascii: process.argv.includes("--ascii"),
});
if (!capabilities.interactive) {
  process.stdout.write(`plain: ${capabilities.because ?? ""}\n`);
  process.exit(0);
}
const look = makeLook({ theme: "dark", depth: capabilities.depth, ascii: capabilities.ascii });
const terminal = openTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  capabilities,
  clock: systemClock,
  onMisfit: (misfit) => {
    throw new Error(`misfit: ${JSON.stringify(misfit)}`);
  },
});

let setDialog: (open: boolean) => void = () => undefined;
const App = (): ReactNode => {
  const [dialog, set] = useState(false);
  const [keys, setKeys] = useState(0);
  useEffect(() => {
    setDialog = set;
    return source.subscribe(() => {
      setKeys(source.read().keys);
    });
  }, []);
  const { columns, rows } = useTerminalSize();
  return (
    <>
      <Text wrap="truncate">
        {look.paint("title", ` fixture ${columns}x${rows} ${look.ascii ? "ascii" : "utf8"} ${look.depth}`)}
      </Text>
      <Box flexGrow={1}>
        <Live source={source} paint={table} flexGrow={1} flexBasis={0} />
        <Live source={source} paint={log} flexGrow={1} flexBasis={0} borderStyle={look.border} />
      </Box>
      <Text wrap="truncate">{` [q] quit keys=${keys} ready`}</Text>
      {dialog && (
        <Cover position="absolute" top={3} left={10} width={30} height={5} borderStyle={look.border}>
          <Text>really?</Text>
        </Cover>
      )}
    </>
  );
};

const probePath = process.env["CLAWBACK_PROBE"];
const closeProbe =
  probePath === undefined
    ? () => undefined
    : attachProbe(terminal, systemClock, probePath, () => ({ ticks: model.tick, keys: model.keys }));

// A program that leaves a terminal telling of its mouse makes it unusable: every way out is tried with it.
terminal.point(true);
const mounted = mountConsole(<App />, { terminal, look });
const leave = async (): Promise<void> => {
  mounted.unmount();
  await terminal.close();
  closeProbe();
};

const act = (key: Key): void => {
  const note = key.kind === "key" ? key.name : key.kind === "paste" ? `paste:${key.text}` : key.kind;
  publish({ keys: model.keys + 1, log: [...model.log.slice(-200), note] });
  switch (note) {
    case "q":
      void leave().then(() => {
        clearInterval(beat);
      });
      break;
    case "t":
      setImmediate(() => {
        throw new Error("thrown on purpose");
      });
      break;
    case "r":
      void Promise.reject(new Error("rejected on purpose"));
      break;
    case "x":
      process.exit(5);
      break;
    case "d":
      setDialog(true);
      break;
    case "Esc":
      setDialog(false);
      break;
    case "e":
      void terminal.suspend(() => {
        const editor = spawn(
          "sh",
          ["-c", 'stty -a | grep -o -- "-\\?icanon"; printf "edit: "; read line; echo "$line"'],
          { stdio: "inherit" },
        );
        return new Promise<void>((resolve) => {
          editor.on("exit", () => {
            resolve();
          });
        });
      });
      break;
    case "ctrl-l":
      terminal.repaint();
      break;
    case "ctrl-z":
      terminal.stop();
      break;
  }
};
terminal.onKeys((keys) => {
  for (const each of keys) act(each);
});
terminal.onHangup(() => {
  void leave().then(() => process.exit(129));
});
const beat = setInterval(
  () => {
    if (hz > 0) publish({ tick: model.tick + 1 });
  },
  hz > 0 ? 1000 / hz : 1000,
);

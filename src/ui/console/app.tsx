import { Box, Text } from "ink";
import { useSyncExternalStore, type ReactNode } from "react";
import { paletteHeight, paletteLines } from "./panes/palette.ts";
import { summaryLine } from "./panes/summary.ts";
import { paintFooterPane, paintHeaderPane } from "./screens/fleet-panes.ts";
import { Fleet } from "./screens/fleet.tsx";
import { Help } from "./screens/help.tsx";
import type { ConsoleSource } from "./screens/source.ts";
import { smallest } from "./state/layout.ts";
import type { ConsoleModel } from "./state/model.ts";
import { placeOf } from "./state/view.ts";
import { Cover, Live, useLook, type PanePainter } from "./terminal/index.ts";

const paintSummary: PanePainter<ConsoleModel> = (model, { columns, rows }, look) =>
  Array.from({ length: rows }, (_, row) => (row === 0 ? summaryLine(model.watch, columns, look) : ""));

/**
 * What React draws: which screen, how large each part is, and what lies over it. It follows only the few things that
 * change the arrangement; the panes follow the model by themselves, without React.
 */
export const App = ({ source }: { readonly source: ConsoleSource }): ReactNode => {
  const shape = useSyncExternalStore(source.subscribe, () => shapeOf(source.read()));
  const [screen, columns, rows, gateways, palette] = JSON.parse(shape) as ReturnType<typeof arrangement>;
  if (columns < smallest.columns || rows < smallest.rows) {
    return <Live source={source} paint={paintSummary} flexGrow={1} />;
  }
  return (
    <Box flexDirection="column" flexGrow={1}>
      <Live source={source} paint={paintHeaderPane} height={1} flexShrink={0} />
      {screen === "help" ? (
        <Help source={source} />
      ) : (
        <Fleet source={source} columns={columns} rows={rows} gateways={gateways} />
      )}
      <Live source={source} paint={paintFooterPane} height={1} flexShrink={0} />
      {palette && <Palette source={source} columns={columns} rows={rows} />}
    </Box>
  );
};

const arrangement = ({ view, watch }: ConsoleModel) =>
  [
    placeOf(view).screen,
    view.columns,
    view.rows,
    watch.gateways.length,
    view.prompt?.kind === "palette",
  ] as const;

/** As text, because an external store is compared by identity. */
const shapeOf = (model: ConsoleModel): string => JSON.stringify(arrangement(model));

const Palette = ({
  source,
  columns,
  rows,
}: {
  readonly source: ConsoleSource;
  readonly columns: number;
  readonly rows: number;
}): ReactNode => {
  const look = useLook();
  // Text rather than a live pane: it lies over the panes, and changes only when somebody types.
  const lines = useSyncExternalStore(source.subscribe, () =>
    paletteLines(source.read(), { columns: columns - 2, rows: paletteHeight }, look).join("\n"),
  );
  return (
    <Cover
      position="absolute"
      left={0}
      top={rows - paletteHeight - 3}
      width={columns}
      height={paletteHeight + 2}
      borderStyle={look.border}
      flexDirection="column"
    >
      {lines.split("\n").map((line, index) => (
        <Text key={index} wrap="truncate">
          {line === "" ? " " : line}
        </Text>
      ))}
    </Cover>
  );
};

import { Text } from "ink";
import { useSyncExternalStore, type ReactNode } from "react";
import { inAscii } from "../panes/ascii.ts";
import { paletteHeight, paletteLines } from "../panes/palette.ts";
import type { ConsoleModel } from "../state/model.ts";
import { Cover, type LiveSource, useLook } from "../terminal/index.ts";

/** Text rather than a live pane: it lies over the panes, and changes only when somebody types. */
export const Palette = ({ source }: { readonly source: LiveSource<ConsoleModel> }): ReactNode => {
  const look = useLook();
  const { columns, rows } = source.read().view;
  const lines = useSyncExternalStore(source.subscribe, () => {
    const text = paletteLines(source.read(), { columns: columns - 2, rows: paletteHeight }, look).join("\n");
    return look.ascii ? inAscii(text) : text;
  });
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

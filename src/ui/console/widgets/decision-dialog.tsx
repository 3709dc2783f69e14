import { Text } from "ink";
import { useSyncExternalStore, type ReactNode } from "react";
import { inAscii } from "../panes/ascii.ts";
import { decisionLines } from "../panes/decision.ts";
import type { ConsoleModel } from "../state/model.ts";
import { Cover, type LiveSource, useLook } from "../terminal/index.ts";

const widest = 76;

/** A decision, over everything, until it is taken or left. */
export const DecisionDialog = ({ source }: { readonly source: LiveSource<ConsoleModel> }): ReactNode => {
  const look = useLook();
  const { columns, rows } = source.read().view;
  const width = Math.min(columns - 4, widest);
  const text = useSyncExternalStore(source.subscribe, () => {
    const { view, setting } = source.read();
    if (view.dialog === undefined) return "";
    const lines = decisionLines(view.dialog, setting.texts, width - 4, look).join("\n");
    return look.ascii ? inAscii(lines) : lines;
  });
  const lines = inRoom(text.split("\n"), rows - 4);
  const height = lines.length + 2;
  return (
    <Cover
      position="absolute"
      left={Math.floor((columns - width) / 2)}
      top={Math.max(1, Math.floor((rows - height) / 2))}
      width={width}
      height={height}
      borderStyle={look.border}
      paddingX={1}
      flexDirection="column"
    >
      {lines.map((line, index) => (
        <Text key={index} wrap="truncate">
          {line === "" ? " " : line}
        </Text>
      ))}
    </Cover>
  );
};

/** Where a screen is too low for all of it, what lets it happen must still be seen. */
const inRoom = (lines: readonly string[], rows: number): readonly string[] =>
  lines.length <= rows ? lines : [...lines.slice(0, rows - 3), ...lines.slice(-3)];

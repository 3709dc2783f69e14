import { Box } from "ink";
import { useSyncExternalStore, type ReactNode } from "react";
import type { Fact, Pane } from "./panes/pane.ts";
import { paintFooter, paintHeader, painterOf, paintTiny, type Piece } from "./pieces.ts";
import { isTiny, panesHere } from "./screens/arrange.ts";
import type { Box as LayoutBox } from "./state/layout.ts";
import type { ConsoleModel } from "./state/model.ts";
import { keyHere } from "./state/view.ts";
import { Live, useLook, type LiveSource } from "./terminal/index.ts";
import { FactsBox, fitsTable } from "./widgets/facts-table.tsx";
import type { Look } from "./theme/index.ts";
import { DecisionDialog } from "./widgets/decision-dialog.tsx";
import { Palette } from "./widgets/palette.tsx";

/**
 * What React draws: which panes stand where, and what lies over them. It follows only the few things that change the
 * arrangement; the panes follow the model by themselves, without React.
 */
export const App = ({ source }: { readonly source: LiveSource<ConsoleModel> }): ReactNode => {
  // As text, because an external store is compared by identity.
  useSyncExternalStore(source.subscribe, () => shapeOf(source.read()));
  const look = useLook();
  const model = source.read();
  const { view } = model;
  if (isTiny(model)) return <Live source={source} paint={paintTiny} flexGrow={1} />;
  return (
    <Box flexGrow={1}>
      <Line source={source} paint={paintHeader} top={0} width={view.columns} />
      {panesHere(model).map(({ what, box }) =>
        hasTable(what, box, model, look) ? (
          <FactsBox
            key={`${keyHere(view)} ${what.id}`}
            facts={factsOf(what, model, look)}
            heads={model.setting.texts.words.factHeads}
            box={box}
          />
        ) : (
          <Live
            key={`${keyHere(view)} ${what.id}`}
            source={source}
            paint={painterOf(what)}
            position="absolute"
            left={box.left}
            top={box.top}
            width={box.width}
            height={box.height}
          />
        ),
      )}
      <Line source={source} paint={paintFooter} top={view.rows - 1} width={view.columns} />
      {view.prompt?.kind === "palette" && <Palette source={source} />}
      {view.dialog !== undefined && <DecisionDialog source={source} />}
    </Box>
  );
};

const factsOf = ({ body }: Pane, model: ConsoleModel, look: Look): readonly Fact[] =>
  body.kind === "facts" ? body.facts(model, look) : [];

/** ink-table needs two lines for each row. */
const hasTable = (pane: Pane, box: LayoutBox, model: ConsoleModel, look: Look): boolean => {
  const facts = factsOf(pane, model, look);
  return fitsTable(facts, box.width, look.ascii) && facts.length * 2 + 3 <= box.height;
};

const shapeOf = (model: ConsoleModel): string => {
  const { view } = model;
  return JSON.stringify([
    view.columns,
    view.rows,
    keyHere(view),
    panesHere(model).map(({ what, box }) => [what.id, box.left, box.top, box.width, box.height]),
    view.prompt?.kind === "palette",
    view.dialog !== undefined,
  ]);
};

type LineProps = {
  readonly source: LiveSource<ConsoleModel>;
  readonly paint: Piece["paint"];
  readonly top: number;
  readonly width: number;
};

const Line = ({ source, paint, top, width }: LineProps): ReactNode => (
  <Live source={source} paint={paint} position="absolute" left={0} top={top} width={width} height={1} />
);

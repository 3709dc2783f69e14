import type { ConsoleModel } from "./state/model.ts";
import { piecesOf } from "./pieces.ts";
import type { LiveSource, Terminal } from "./terminal/index.ts";
import type { Look } from "./theme/index.ts";

/**
 * Draws the screen from its pieces alone. React and what lays out its boxes take a quarter of the time to the first
 * picture, and nothing on that picture needs them: they are loaded behind it, and what they draw takes its place without
 * a byte. Until then it follows the model as they would. The answer ends it.
 */
export const drawFirstPicture = (
  { screen }: Pick<Terminal, "screen">,
  source: LiveSource<ConsoleModel>,
  look: Look,
): (() => void) => {
  let drawn = new Set<string>();
  const draw = (): void => {
    const pieces = piecesOf(source.read());
    const ids = new Set(pieces.map(({ id }) => `first ${id}`));
    for (const id of drawn) if (!ids.has(id)) screen.removeRegion(id);
    for (const { id, box, paint } of pieces) {
      const size = { columns: box.width, rows: box.height };
      screen.setRegion(`first ${id}`, box, () => paint(source.read(), size, look));
    }
    drawn = ids;
  };
  draw();
  const stop = source.subscribe(draw);
  return () => {
    stop();
    for (const id of drawn) screen.removeRegion(id);
  };
};

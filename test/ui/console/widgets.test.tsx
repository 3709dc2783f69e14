import { Box } from "ink";
import { render } from "ink-testing-library";
import { describe, expect, it } from "vitest";
import type { ConsoleModel } from "../../../src/ui/console/state/model.ts";
import { stripSgr } from "../../../src/ui/console/theme/index.ts";
import { Screen } from "../../../src/ui/console/terminal/screen.ts";
import { SurfaceContext } from "../../../src/ui/console/terminal/live.tsx";
import { DecisionDialog } from "../../../src/ui/console/widgets/decision-dialog.tsx";
import { Palette } from "../../../src/ui/console/widgets/palette.tsx";
import { systemClock } from "../../../src/ground/index.ts";
import { consoleModel } from "../../support/fleet-story.ts";
import { incidentStory } from "../../support/incident-story.ts";
import { keepingStory } from "../../support/keeping-story.ts";
import { press, typing } from "../../support/pressing.ts";
import { looks } from "../../support/whole-frame.ts";

const story = incidentStory();
const first: ConsoleModel = {
  ...consoleModel(story, { columns: 100, rows: 30 }),
  vault: keepingStory(story),
};

/** What Ink makes of a widget over a console that stands still. */
const shown = (model: ConsoleModel, Widget: typeof Palette): string => {
  const { columns, rows } = model.view;
  const screen = new Screen({
    output: { write: () => true, on: () => undefined, off: () => undefined },
    clock: systemClock,
    size: { columns, rows },
    synchronized: false,
    soon: () => undefined,
    onMisfit: () => undefined,
  });
  const source = { read: () => model, subscribe: () => () => undefined };
  const size = { read: () => ({ columns, rows }), subscribe: () => () => undefined };
  const { lastFrame, unmount } = render(
    <SurfaceContext.Provider value={{ screen, look: looks.mono, size, onLayout: () => () => undefined }}>
      <Box width={columns} height={rows}>
        <Widget source={source} />
      </Box>
    </SurfaceContext.Provider>,
  );
  const frame = stripSgr(lastFrame() ?? "");
  unmount();
  return frame;
};

describe("what lies over the panes", () => {
  it("shows a decision with what it does, the command line and how to take it", () => {
    const frame = shown(press(first, "4", "D", ...typing("2026")), DecisionDialog);
    expect(frame).toContain("Delete the snapshot 2026-11-20-00-04?");
    expect(frame).toContain("It cannot be brought back.");
    expect(frame).toContain("clawback snapshots delete 2026-11-20-00-04");
  });

  it("shows what the typed words could mean, with keys and what each asks first", () => {
    const frame = shown(press(first, "4", ":", ...typing("delete")), Palette);
    expect(frame).toMatch(/▸ delete +D +\[asks for the name\]/);
    expect(frame).toContain("this snapshot, for good");
  });
});

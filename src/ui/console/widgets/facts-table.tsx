import { Box } from "ink";
import Table from "ink-table";
import type { ReactNode } from "react";
import type { Fact } from "../panes/pane.ts";
import { width } from "../theme/index.ts";
import type { Box as Place } from "../state/layout.ts";

/**
 * A few names with their values in a frame. ink-table counts characters where a terminal counts columns, wraps what is
 * too long and knows one set of lines: it draws what it can draw well, and everything else is drawn as plain lines.
 */
const FactsTable = ({
  facts,
  heads,
}: {
  readonly facts: readonly Fact[];
  readonly heads: Fact;
}): ReactNode => <Table data={facts.map(([name, value]) => ({ [heads[0]]: name, [heads[1]]: value }))} />;

export const fitsTable = (facts: readonly Fact[], columns: number, ascii: boolean): boolean => {
  if (ascii || facts.length === 0) return false;
  const widest = (part: 0 | 1): number => facts.reduce((most, fact) => Math.max(most, width(fact[part])), 0);
  const isNarrow = facts.every((fact) => fact.every((text) => width(text) === text.length));
  return isNarrow && widest(0) + widest(1) + 7 <= columns;
};

export type FactsBoxProps = {
  readonly facts: readonly Fact[];
  readonly heads: Fact;
  readonly box: Place;
};

/** In the place of a pane. */
export const FactsBox = ({ facts, heads, box }: FactsBoxProps): ReactNode => (
  <Box
    position="absolute"
    left={box.left}
    top={box.top}
    width={box.width}
    height={box.height}
    overflow="hidden"
  >
    <FactsTable facts={facts} heads={heads} />
  </Box>
);

import { join, relative } from "node:path";

const sources = join(import.meta.dirname, "../src");

/**
 * What is loaded together lies together, with all that it imports. Left to itself the bundler makes a file of every set
 * of commands that share something, and a listing would load thirty-five.
 */
const piece = (name: string, ...files: readonly string[]) => ({
  name,
  test: (id: string): boolean => new RegExp(`^(?:${files.join("|")})`).test(relative(sources, id)),
});

export const pieces = [
  piece("start", "ui/cli/run.ts", "ground/"),
  piece("vault", "core/open-vault.ts", "ui/cli/commands/snapshots-list.ts"),
  piece(
    "bytes",
    "core/(?:system|tree|source|chunk|pack)/",
    "core/save/save-crew.ts",
    "core/database/database-header.ts",
    "core/upkeep/marks.ts",
    "core/takeback/clean-staged.ts",
  ),
  piece("words", "ui/cli/vault/", "keeping/(?:find|compare|choose|refuse)-"),
  piece("state", "ui/(?:state-to-save|recover-restores).ts", "keeping/", "core/takeback/"),
  // As they are: a console draws with the first and loads what the second imports behind its first frame, and rules are
  // imported from YAML by one command only.
  {
    ...piece(
      "brain",
      "clients/sentences/",
      "watch/(?!effects/|takeback/(?:plan-losses|scope-words)|alerts/.*prometheus)",
    ),
    includeDependenciesRecursively: false,
  },
  {
    ...piece("fleet", "clients/", "watch/effects/", "watch/takeback/"),
    includeDependenciesRecursively: false,
  },
];

import { createJournal } from "../../../../src/core/takeback/journal.ts";

/** Announces something long, where no file may grow so long. */
const [stateDir = ""] = process.argv.slice(2);
const journal = createJournal({
  step: "begun",
  at: 0,
  id: "t1",
  snapshot: "s1",
  stateDir,
  roots: [stateDir],
  scope: "everything",
  runBy: { pid: 1 },
});
try {
  journal.append({
    step: "swapping",
    at: 1,
    exchanges: [{ kind: "carry", from: "x".repeat(9_000), to: "y" }],
  });
  process.stdout.write("announced");
} catch {
  process.stdout.write("refused");
}

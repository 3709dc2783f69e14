import { openHistory } from "../../src/watch/effects/history/index.ts";
import { trailNames } from "../../src/watch/index.ts";

/** Writes bundles of twenty gateways as fast as it can, a line for each, until it is killed. */
const [path = ""] = process.argv.slice(2);
const history = openHistory({ path, now: Date.now(), owner: String(process.pid) });
let at = Math.floor(Date.now() / 10_000) * 10_000;
for (;;) {
  at += 10_000;
  history.keep(
    Array.from({ length: 20 }, (_, place) => ({
      gateway: `g${place}`,
      row: { at, values: trailNames.map((_name, column) => place * column) },
    })),
  );
  while (history.work(at)) continue;
  process.stdout.write(`${at}\n`);
}

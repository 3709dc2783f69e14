import { openHistory } from "../../src/watch/effects/history/index.ts";

/** Reads a history as a console does, again and again, until it is told to end; then says how it went. */
const [path = ""] = process.argv.slice(2);
using history = openHistory({ path, now: Date.now(), owner: String(process.pid) });
let ended = false;
let newest = 0;
let wentBack = 0;
process.stdin.on("end", () => {
  ended = true;
});
process.stdin.resume();
while (!ended) {
  const until = Number.MAX_SAFE_INTEGER / 1_000;
  const points = history.samples.series({ gateway: "g7", name: "rss", from: 0, until, points: 1e9 });
  history.samples.trail("g3", Date.now());
  history.stories.firing();
  history.stories.incidents(50);
  const last = points.at(-1)?.at ?? 0;
  if (last < newest) wentBack += 1;
  newest = last;
  process.stdout.write("read\n");
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(`${JSON.stringify({ newest, wentBack })}\n`);

import { openHistory } from "../../src/watch/effects/history/index.ts";

/** Reads a history as a console does, again and again, until it is told to end; then says how often and how it went. */
const [path = ""] = process.argv.slice(2);
using history = openHistory({ path, now: Date.now(), owner: String(process.pid) });
let rounds = 0;
let ended = false;
let newest = 0;
let wentBack = 0;
process.stdin.on("end", () => {
  ended = true;
});
process.stdin.resume();
process.stdout.write("reading\n");
while (!ended) {
  const until = Number.MAX_SAFE_INTEGER / 1_000;
  const points = history.samples.series({ gateway: "g7", name: "rss", from: 0, until, points: 1e9 });
  history.samples.trail("g3", Date.now());
  history.stories.firing();
  history.stories.incidents(50);
  const last = points.at(-1)?.at ?? 0;
  if (last < newest) wentBack += 1;
  newest = last;
  rounds += 1;
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(`${JSON.stringify({ rounds, newest, wentBack })}\n`);

import { createInterface } from "node:readline";
import type { Clock } from "../../src/ground/index.ts";
import { openEffects, openHistory } from "../../src/watch/effects/index.ts";
import { alertSettings, newModel, startLoop } from "../../src/watch/index.ts";

/**
 * A process that watches one gateway, as a guard or a console does: real history, real outputs. What the gateway does
 * comes in on stdin (`up` and `down`), the state of its alert and who leads goes out. Its clock runs twenty times as
 * fast, so that a heart that stops is noticed in a second.
 */
const [path = "", url = "", since = ""] = process.argv.slice(2);
const speed = 20;
// The same for all that watch together.
const began = Number(since);
const clock: Clock = {
  now: () => began + (Date.now() - began) * speed,
  steady: () => performance.now() * speed,
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs / speed);
    return () => {
      clearTimeout(timer);
    };
  },
};
const gateway = "prod-eu";
const settings = alertSettings.parse({ outputs: { webhooks: [{ name: "pager", url, from: "P0" }] } });
const history = openHistory({ path, now: clock.now(), owner: String(process.pid) });
const effects = openEffects({ clock, env: process.env, settings, history });

let said = "";
const loop = startLoop(newModel(clock.now(), [{ name: gateway, url: "ws://a", labels: [], local: false }]), {
  run: effects.run,
  schedule: (fold) => {
    setImmediate(fold);
  },
  onChange: ({ gateways, leads }) => {
    const now = `${leads ? "leads" : "follows"} ${gateways[0]?.alerts[0]?.state ?? "well"}`;
    if (now !== said) process.stdout.write(`${now}\n`);
    said = now;
  },
});
effects.start([gateway], loop.dispatch);

const tick = (): void => {
  loop.dispatch({ kind: "tick", at: clock.now() });
  clock.after(1_000, tick);
};
tick();

createInterface({ input: process.stdin }).on("line", (line) => {
  const at = clock.now();
  const kind = line === "up" ? "up" : "down";
  const report = { state: { kind }, since: at, evidence: `told to be ${kind}` } as const;
  loop.dispatch({ kind: "gateway", event: { kind: "connection", report, gateway, at, from: "wire" } });
});

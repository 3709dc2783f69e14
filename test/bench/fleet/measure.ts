import { median, type Figure } from "../bench.ts";
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as pass } from "node:timers/promises";
import {
  type GatewayEvent,
  type GatewayPorts,
  type GatewaySettings,
  type GatewayWatch,
  watchGateway,
} from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { keepMemorySteadySoon } from "../../../src/ground/index.ts";
import { startWatching } from "../../../src/watch/effects/index.ts";
import type { Model } from "../../../src/watch/index.ts";
import type { PeerNumbers, PeerOrder } from "./peer.child.ts";

// Bundled and run by fleet.bench.ts, which says what is measured.

/** One JSON line a figure: the process that started this one prints them with all others. */
const figure = (measured: Figure): void => {
  console.log(JSON.stringify(measured));
};

const [peerPath = "", ...sizes] = process.argv.slice(2);
const [size = 500, seconds = 20] = sizes.map(Number);
const blinked = 200;

type Fleet = {
  readonly watches: readonly GatewayWatch[];
  readonly stop: () => Promise<void>;
};

const startPeer = (): Promise<{ readonly child: ChildProcess; readonly url: string }> =>
  new Promise((resolve) => {
    const child = fork(peerPath, { stdio: "inherit" });
    child.once("message", (message: { readonly port: number }) => {
      resolve({ child, url: `ws://127.0.0.1:${message.port}` });
    });
  });

const order = (child: ChildProcess, what: PeerOrder): void => {
  child.send(what);
};

const numbersOf = (child: ChildProcess): Promise<PeerNumbers> =>
  new Promise((resolve) => {
    child.once("message", resolve);
    order(child, { kind: "numbers" });
  });

const settingsOf = (url: string, index: number): GatewaySettings => ({
  name: `gw-${index}`,
  url,
  labels: [],
  service: { kind: "none" },
  readOnly: false,
  insecure: false,
  httpOnly: false,
});

const ports: GatewayPorts = {
  clock: systemClock,
  random: Math.random,
  secret: () => Promise.resolve(""),
  version: "0.0.0",
};

const watchFleet = (url: string, count: number, onEvent: (event: GatewayEvent) => void): Fleet => {
  const watches = Array.from({ length: count }, (_, index) =>
    watchGateway(settingsOf(url, index), ports, (event) => {
      onEvent(event);
    }),
  );
  // All but the first are in the background, as on the fleet screen.
  for (const watch of watches.slice(1)) watch.pace("background");
  return {
    watches,
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
};

const until = async (claim: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await claim())) await pass(20);
};

/** The whole brain, as console and guard run it: connections, loop, model and rules. */
const load = async (): Promise<void> => {
  const { child, url } = await startPeer();
  let ended = 0;
  const watching = startWatching({
    gateways: Array.from({ length: size }, (_, index) => settingsOf(url, index)),
    ports,
    onChange: () => undefined,
    // What the loop has taken into the model.
    onEvent: (event) => {
      if (event.kind !== "gateway" || event.event.kind !== "turn") return;
      if (event.event.turn.kind === "ended") ended += 1;
    },
  });
  // All but the first are in the background, as on the fleet screen.
  watching.pace((name) => (name === "gw-0" ? "focused" : "background"));
  const sumOf = (count: (gateway: Model["gateways"][number]) => number): number =>
    watching.model().gateways.reduce((sum, gateway) => sum + count(gateway), 0);
  await until(() => sumOf(({ connection }) => (connection?.state.kind === "up" ? 1 : 0)) === size);
  order(child, { kind: "events", on: true });
  await pass(3_000);
  const before = { cpu: process.cpuUsage(), at: performance.now(), peer: await numbersOf(child) };
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 250);
  await pass(seconds * 1_000);
  clearInterval(sampling);
  const cpu = process.cpuUsage(before.cpu);
  const wallMs = performance.now() - before.at;
  order(child, { kind: "events", on: false });
  await pass(500);
  const after = await numbersOf(child);
  const framesDropped = watching.costs().reduce((sum, cost) => sum + cost.framesDropped, 0);
  const core = (cpu.user + cpu.system) / 1_000 / wallMs;
  const rate = (after.events - before.peer.events) / (wallMs / 1_000);
  figure({
    what: `${size} gateways, ${rate.toFixed(0)} events/s, ${seconds} s: one core`,
    value: core * 100,
    unit: "%",
    bar: 35,
  });
  figure({ what: "peak resident memory", value: peak / 1e6, unit: "MB", bar: 300 });
  figure({
    what: "questions asked",
    value: (after.requests - before.peer.requests) / (wallMs / 1_000),
    unit: "/s",
  });
  figure({ what: `events lost of ${after.events}`, value: after.events - framesDropped, unit: "", bar: 0 });
  figure({ what: "frames missed", value: sumOf((gateway) => gateway.missedFrames), unit: "", bar: 0 });
  figure({ what: "frames refused", value: sumOf((gateway) => gateway.refusedFrames), unit: "", bar: 0 });
  figure({
    what: `ends of turns lost on the way to the model, of ${after.turns}`,
    value: after.turns - ended,
    unit: "",
    bar: 0,
  });
  await watching.stop();
  child.kill();
};

const blink = async (): Promise<void> => {
  const { child, url } = await startPeer();
  let up = 0;
  const fleet = watchFleet(url, blinked, (event) => {
    if (event.kind === "hello") up += 1;
  });
  await until(() => up === blinked);
  const cut = Date.now();
  order(child, { kind: "blink" });
  await until(() => up === 2 * blinked);
  const { accepted } = await numbersOf(child);
  const delays = accepted.map((at) => at - cut).toSorted((a, b) => a - b);
  const busiest = Math.max(
    ...delays.map((start) => delays.filter((delay) => delay >= start && delay < start + 100).length),
  );
  figure({
    what: `${blinked} gateways after a blink: all back`,
    value: delays.at(-1) ?? Number.NaN,
    unit: "ms",
  });
  figure({ what: "after a blink: half are back", value: median(delays), unit: "ms" });
  figure({ what: "after a blink: attempts in the busiest 100 ms", value: busiest, unit: "" });
  figure({ what: "after a blink: attempts in all", value: accepted.length, unit: "", bar: 2 * blinked });
  await fleet.stop();
  child.kill();
};

const firstPicture = async (): Promise<void> => {
  const { child, url } = await startPeer();
  const samples: number[] = [];
  for (let run = 0; run < 20; run += 1) {
    let hello = 0;
    const kinds = new Set<string>();
    const fleet = watchFleet(url, 1, (event) => {
      if (event.kind === "hello") hello = performance.now();
      else if (event.kind === "sessions" || event.kind === "lanes" || event.kind === "latency") {
        kinds.add(event.kind);
        if (kinds.size === 3) samples.push(performance.now() - hello);
      }
    });
    await until(() => kinds.size === 3);
    await fleet.stop();
  }
  figure({
    what: "first data of one gateway after hello-ok, median",
    value: median(samples),
    unit: "ms",
    bar: 100,
  });
  figure({
    what: "first data of one gateway after hello-ok, worst",
    value: Math.max(...samples),
    unit: "ms",
  });
  child.kill();
};

// As every command does that takes a while, and a guard is one.
keepMemorySteadySoon();
await load();
await blink();
await firstPicture();

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Model, isFiring, replay } from "../../src/watch/index.ts";
import { type RealGateway, findOpenClaw, startGateway } from "./kit/index.ts";
import { type Observer, observe } from "./support/observer.ts";
import { killSession } from "./support/scenes.ts";

/**
 * Records what the product's eyes saw of a real gateway in trouble, for tests that play it again:
 * `node test/openclaw/record.ts [name…]` writes test/fixtures/events/<name>.ndjson. Events hold no contents of
 * conversations and no secrets; the host's name and the folders of this run are replaced.
 */
type Scene = {
  readonly telegram?: true;
  readonly play: (gateway: RealGateway, eye: Observer) => Promise<void>;
};

const provider401: Scene["play"] = async (gateway, eye) => {
  await using admin = await gateway.admin();
  const key = await admin.createSession("agent:main:refused");
  await admin.turn(key, "once, while all is well");
  gateway.model.script({ status: 401, text: "invalid api key" });
  await admin.turn(key, "please");
  gateway.model.script();
  await admin.turn(key, "please again");
  await eye.alert("provider-failing");
};

const scenes: Readonly<Record<string, Scene>> = {
  "dead-session": {
    play: async (gateway, eye) => {
      await using admin = await gateway.admin();
      await killSession(gateway, admin, "agent:main:too-large");
      await eye.alert("session-dead");
    },
  },
  "crash-loop": {
    play: async (gateway, eye) => {
      for (let boot = 0; boot < 3; boot += 1) {
        const before = eye.gateway().hello?.bootId;
        await gateway.kill();
        await gateway.start("started");
        await eye.sees("the new boot", (it) => it.hello?.bootId !== before);
      }
      await eye.alert("gateway-crash-loop");
    },
  },
  "channel-death": {
    telegram: true,
    play: async (gateway, eye) => {
      await eye.sees("the channel", (it) => it.channels.some(({ facts }) => facts.connected));
      gateway.telegram?.mode("unauthorized");
      await eye.alert("channel-disconnected");
    },
  },
  "provider-401": { play: provider401 },
  "broken-config": {
    play: async (gateway, eye) => {
      await eye.sees("the configuration", (it) => it.config !== undefined);
      await gateway.writeConfig("{ gateway: ");
      // Nothing tells of it: the next time it is asked, within a minute, it shows.
      await eye.alert("restart-will-fail");
      await gateway.stop();
      await gateway.launch();
      await gateway.exited();
      await eye.alert("gateway-down", 120_000);
    },
  },
};

const record = async (name: string, scene: Scene): Promise<void> => {
  await using gateway = await startGateway(scene.telegram === true ? { telegram: true } : {});
  await using eye = observe(gateway);
  await eye.state("up");
  await eye.sees("its first numbers", (it) => it.system !== undefined && it.sessionTotal !== undefined);
  await scene.play(gateway, eye);
  // A little of what comes after, so that a replay can tell lasting from passing.
  await pause(5_000);
  const hostname = eye.gateway().system?.hostname ?? "";
  const replaced: readonly (readonly [string, string])[] = [
    [gateway.home, "/home/openclaw"],
    [dirname(await findOpenClaw()), "/usr/lib/node_modules/openclaw"],
    [process.execPath, "/usr/bin/node"],
    [gateway.url, "ws://127.0.0.1:18789"],
    [gateway.token, "a-token"],
    [`"${hostname}"`, '"gateway-host"'],
  ];
  const text = replaced.reduce((so, [from, to]) => so.replaceAll(from, to), eye.recording().join("\n"));
  const rules = (model: Model): readonly string[] =>
    model.gateways.flatMap(({ alerts }) => alerts.filter(isFiring).map((alert) => alert.rule));
  const again = rules(replay(text.split("\n")).model);
  if (again.join() !== rules(eye.model()).join()) throw new Error(`${name} plays again to ${again.join()}`);
  if (/lorem\d|systems nominal/.test(text)) throw new Error(`${name} holds what was said`);
  const folder = join(import.meta.dirname, "..", "fixtures", "events");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.ndjson`), `${text}\n`);
  process.stdout.write(`${name}: ${eye.recording().length} events, ${Math.round(text.length / 1024)} kB\n`);
};

const wanted = process.argv.slice(2);
for (const [name, scene] of Object.entries(scenes)) {
  if (wanted.length === 0 || wanted.includes(name)) await record(name, scene);
}

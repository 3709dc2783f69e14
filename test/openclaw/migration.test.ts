import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startGateway, versions, type RealGateway } from "./kit/index.ts";
import { configOf, openDesk, setScene, type Desk, type Scene } from "./support/scene.ts";
import { supervise } from "./support/supervisor.ts";

/** Two gateways of two homes: the state of the first moves to the second, by a bundle and the command line alone. */
let dev: RealGateway;
let prod: RealGateway;
let devScene: Scene;
let prodScene: Scene;
let devDesk: Desk;
let prodDesk: Desk;
const key = "agent:main:moves";
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  const [first, second] = await Promise.all([startGateway({ release: "earlier" }), startGateway()]);
  dev = opened.use(first);
  prod = opened.use(second);
  devScene = await setScene(dev);
  prodScene = await setScene(prod);
  const supervisor = opened.use(await supervise(prod));
  const known = { name: "dev", labels: ["dev"] };
  devDesk = opened.use(await openDesk([await configOf(dev, known)], devScene.vaultPath));
  prodDesk = opened.use(
    await openDesk(
      [
        await configOf(prod, { name: "prod-eu", labels: ["prod"], service: supervisor.service }),
        { ...(await configOf(dev, known)), stateDir: undefined },
      ],
      prodScene.vaultPath,
    ),
  );
});

afterAll(() => opened.disposeAsync());

const saved = z.object({ snapshot: z.object({ id: z.string() }) });
const imported = z.object({ snapshots: z.tuple([z.object({ id: z.string() })]) });

/** A snapshot of dev in the vault of prod, which may have had one of its own under the same id. */
const moveOver = async (): Promise<string> => {
  const { id } = saved.parse(
    JSON.parse((await devDesk.run("snapshots", "save", "--gateway", "dev", "--json")).out),
  ).snapshot;
  const bundle = join(dev.home, `${id}.clawback`);
  expect((await devDesk.run("snapshots", "export", id, "--out", bundle)).code).toBe(0);
  const keyFile = `${devScene.vaultPath}.key`;
  const taken = await prodDesk.run("snapshots", "import", bundle, "--key-file", keyFile, "--json");
  return imported.parse(JSON.parse(taken.out)).snapshots[0].id;
};

const ofProd = (...words: readonly string[]): ReturnType<Desk["run"]> =>
  prodDesk.run("--gateway", "prod-eu", ...words);

describe("moving a state to another gateway of another home", () => {
  it("is refused between versions in the words of the manual", async () => {
    await devScene.talk(key);
    const id = await moveOver();
    const pid = prod.pid();
    const refused = await ofProd("snapshots", "restore", id, "--yes");
    expect(refused.code).toBe(5);
    expect(refused.out.split("\n")).toContain(
      `❌ Version mismatch: dev (v${versions.earlier}) vs prod (v${versions.current})`,
    );
    expect(prod.pid()).toBe(pid);
  });

  it("starts there, answers, and is the same by a comparison", async () => {
    await dev.stop();
    await dev.changeRelease("current");
    await dev.start();
    const messages = await devScene.talk(key);
    const id = await moveOver();

    const moved = await ofProd("snapshots", "restore", id, "--yes");
    expect([moved.code, moved.err]).toEqual([0, expect.stringContaining(`${dev.home}/.openclaw becomes`)]);
    expect(moved.out).toContain(`status --compare ${id}`);
    const compared = await ofProd("status", "--compare", id);
    // So soon after a restore no rule has judged it yet, and that is said.
    expect(compared).toMatchObject({
      code: 1,
      out: expect.stringContaining("cannot be judged yet: prod-eu"),
    });
    expect(compared.out).toMatch(/Diff Report:\n- Context usage: (.+) → \1 \(unchanged\)/);
    expect(compared.out).not.toMatch(/^ *- agent:main:/m);

    // It answers at its own address, with its own secret, and goes on with the conversation of the other.
    expect(await prodScene.talk(key)).toBe(messages + 2);
    expect(readFileSync(prod.configFile, "utf8")).not.toContain(dev.home);
    const agent = new DatabaseSync(join(prod.stateDir, "agents/main/agent/openclaw-agent.sqlite"), {
      readOnly: true,
    });
    expect(
      agent.prepare("SELECT count(*) AS n FROM session_nodes WHERE instr(entry_json, ?) > 0").get(dev.home),
    ).toEqual({ n: 0 });
    agent.close();
    expect((await ofProd("restore", "accept", "--yes")).code).toBe(0);
  });

  it("stays who it is when only conversations move, and goes on with those", async () => {
    const messages = await devScene.talk("agent:main:moves-alone");
    const id = await moveOver();
    const before = readFileSync(prod.configFile);
    const stays = ["--except", "config", "--except", "credentials", "--except", "gateway"];
    const moved = await ofProd("snapshots", "restore", id, ...stays, "--yes");
    expect(moved).toMatchObject({ code: 0 });
    expect(readFileSync(prod.configFile).equals(before)).toBe(true);
    expect(await prodScene.talk("agent:main:moves-alone")).toBe(messages + 2);
  });
});

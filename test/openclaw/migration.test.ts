import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accept,
  diskStore,
  initVault,
  openJournal,
  openVault,
  type SnapshotSummary,
  type Vault,
} from "../../src/core/index.ts";
import { systemClock } from "../../src/ground/index.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../src/keeping/index.ts";
import { planRestore, restoreInPlace } from "../../src/watch/effects/index.ts";
import { startGateway, until, type RealGateway } from "./kit/index.ts";
import { portsOf, serviceFor, settingsOf } from "./support/takeback-desk.ts";

/** Two gateways of two homes: the state of the first moves to the second, by a bundle. */
let dev: RealGateway;
let prod: RealGateway;
let vault: Vault;
const signal = new AbortController().signal;
const clock = systemClock;
const key = "agent:main:moves";

const sourceOf = ({ stateDir, home }: RealGateway): Promise<StateSource> =>
  stateSource({ stateDir, env: { HOME: home } });

const vaultAt = async (path: string): Promise<Vault> => {
  await initVault(diskStore(path), { keyFile: `${path}.key` });
  return await openVault(path, { keys: { keyFile: `${path}.key` } });
};

beforeAll(async () => {
  [dev, prod] = await Promise.all([startGateway(), startGateway()]);
  vault = await vaultAt(join(prod.home, "vault"));
});

afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
  await prod?.[Symbol.asyncDispose]();
});

const moveOver = async (): Promise<SnapshotSummary> => {
  const before = await vaultAt(join(dev.home, "vault"));
  const { snapshot } = await saveSnapshot(before, await sourceOf(dev), { kind: "manual", gateway: "dev" });
  const bundle = join(dev.home, "dev.clawback");
  await before.exportBundle([snapshot.id], bundle);
  await vault.importBundle(bundle, { keyFile: `${join(dev.home, "vault")}.key` });
  return await vault.show(snapshot.id);
};

const plan = async (snapshot: SnapshotSummary) => {
  const settings = { ...settingsOf(prod), name: "prod-eu", labels: ["prod"] };
  const service = serviceFor(settings, prod.home, {
    launch: async () => {
      if (prod.pid() !== undefined) await prod.exited();
      await prod.launch();
    },
    pid: prod.pid,
  });
  const common = { vault, settings, service, controllable: true, clock, signal };
  const source = await sourceOf(prod);
  const prepared = await planRestore({
    ...common,
    snapshot,
    source,
    choice: { only: [], except: [] },
    originLabel: "dev",
    readOnly: false,
  });
  return { ...common, prepared, source };
};

describe("moving a state to another gateway of another home", () => {
  it("is refused between versions in the words of the manual, and otherwise starts there and answers", async () => {
    const admin = await dev.admin();
    await admin.createSession(key);
    expect(await admin.turn(key, "hello")).toBe("ok");
    const messages = await until("the turn on disk", async () => {
      const { sessions } = await (await sourceOf(dev)).read();
      const found = sessions.find((session) => session.key === key)?.messages ?? 0;
      return found >= 2 && found;
    });
    await admin[Symbol.asyncDispose]();
    const snapshot = await moveOver();

    const { prepared: older } = await plan({ ...snapshot, gatewayVersion: "2026.2.22" });
    const here = older.plan.versions.now;
    expect(older.plan.preflight.filter(({ verdict }) => verdict === "stop")).toMatchObject([
      { check: "Version mismatch", evidence: `dev (v2026.2.22) vs prod (v${here})` },
    ]);

    const ready = await plan(snapshot);
    expect(ready.prepared.plan.preflight.filter(({ verdict }) => verdict === "stop")).toEqual([]);
    expect(ready.prepared.plan.migration).toMatchObject({ kept: ["gateway", "logging"] });
    const result = await restoreInPlace({
      ...ready,
      lookAgain: () => sourceOf(prod),
      ports: portsOf(prod.home),
      settleMs: 500,
      onEvent: () => undefined,
    });
    expect(result).toMatchObject({ outcome: "restored", recovery: { ok: true } });

    // It answers at its own address, with its own secret, and goes on with the conversation of the other.
    await using moved = await prod.admin();
    expect(await moved.turn(key, "are you here now?")).toBe("ok");
    const { sessions } = await (await sourceOf(prod)).read();
    expect(sessions.find((session) => session.key === key)?.messages).toBeGreaterThan(messages);
    expect(readFileSync(prod.configFile, "utf8")).not.toContain(dev.home);
    const agent = new DatabaseSync(join(prod.stateDir, "agents/main/agent/openclaw-agent.sqlite"), {
      readOnly: true,
    });
    expect(
      agent.prepare("SELECT count(*) AS n FROM session_nodes WHERE instr(entry_json, ?) > 0").get(dev.home),
    ).toEqual({ n: 0 });
    agent.close();
    const journal = openJournal(prod.stateDir);
    if (journal !== undefined) await accept(journal, "a test", clock);
  });
});

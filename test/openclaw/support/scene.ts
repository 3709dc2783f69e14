import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accept,
  diskStore,
  initVault,
  openJournal,
  openVault,
  putBack,
  type SnapshotSummary,
  type Vault,
} from "../../../src/core/index.ts";
import type { Service } from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../../src/keeping/index.ts";
import type { RestoreEvent, RestorePlan } from "../../../src/watch/index.ts";
import {
  planRestore,
  restoreInPlace,
  type PreparedRestore,
  type RestoreResult,
} from "../../../src/watch/effects/index.ts";
import { clawback, type Answer } from "../../support/command-line.ts";
import { until, type RealGateway } from "../kit/index.ts";
import { portsOf, serviceFor, settingsOf } from "./takeback-desk.ts";

/** A real gateway with a vault of its own, and what is done to it in a test of taking back. */
export type Scene = {
  readonly vault: Vault;
  readonly vaultPath: string;
  readonly live: () => Promise<StateSource>;
  readonly save: () => Promise<SnapshotSummary>;
  readonly prepare: (id: string, choice?: Choice, more?: Helpers) => Promise<PreparedRestore>;
  /** A plan whose stops throw when it is carried out. */
  readonly restore: (id: string, choice?: Choice, more?: Helpers) => Promise<Restored>;
  /** The same vault as another process sees it, with nothing of it held in memory. */
  readonly vaultAnew: () => Promise<Vault>;
  readonly carryOut: (prepared: PreparedRestore, more?: Helpers) => Promise<Omit<Restored, "prepared">>;
  readonly accept: () => Promise<void>;
  /** The old state again, with the gateway stopped. */
  readonly undo: () => Promise<void>;
  readonly messagesOf: (key: string) => Promise<number | undefined>;
  readonly keys: () => Promise<readonly string[]>;
  /** A session with a turn in it that has reached the disk; how many messages that made. */
  readonly talk: (key: string) => Promise<number>;
};

export type Choice = { readonly only?: readonly string[]; readonly controllable?: boolean };

/** Who does it, where that is not as usual. */
export type Helpers = { readonly service?: Service; readonly vault?: Vault };

export type Restored = {
  readonly prepared: PreparedRestore;
  readonly result: RestoreResult;
  readonly events: readonly RestoreEvent[];
};

const clock = systemClock;
const signal = new AbortController().signal;

/** Stopped as a bare process, started as the kit does. */
export const byKit = (gateway: RealGateway, launch: () => Promise<void> = gateway.launch): Service =>
  serviceFor(settingsOf(gateway), gateway.home, {
    launch: async () => {
      // The lock is let go a moment before the process has ended.
      if (gateway.pid() !== undefined) await gateway.exited();
      await launch();
    },
    pid: gateway.pid,
  });

export const setScene = async (gateway: RealGateway): Promise<Scene> => {
  const vaultPath = join(gateway.home, "vault");
  await initVault(diskStore(vaultPath), { keyFile: `${vaultPath}.key` });
  const vaultAnew = (): Promise<Vault> => openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
  const vault = await vaultAnew();
  const settings = settingsOf(gateway);
  const live = (): Promise<StateSource> =>
    stateSource({ stateDir: gateway.stateDir, env: { HOME: gateway.home } });
  const common = { vault, settings, service: byKit(gateway), clock, signal };
  const journal = () => {
    const found = openJournal(gateway.stateDir);
    if (found === undefined) throw new Error("nothing is pending");
    return found;
  };
  const messagesOf = async (key: string): Promise<number | undefined> =>
    (await (await live()).read()).sessions.find((session) => session.key === key)?.messages;
  const prepare: Scene["prepare"] = async (id, { only = [], controllable = true } = {}, helpers = {}) =>
    planRestore({
      ...common,
      ...helpers,
      controllable,
      snapshot: await vault.show(id),
      source: await live(),
      choice: { only, except: [] },
      readOnly: false,
    });
  const carryOut: Scene["carryOut"] = async (prepared, helpers = {}) => {
    const events: RestoreEvent[] = [];
    const result = await restoreInPlace({
      ...common,
      ...helpers,
      controllable: true,
      prepared,
      source: await live(),
      lookAgain: live,
      ports: portsOf(gateway.home),
      settleMs: 500,
      channelPatienceMs: 3_000,
      onEvent: (event) => events.push(event),
    });
    return { result, events };
  };
  return {
    vault,
    vaultPath,
    vaultAnew,
    live,
    save: async () =>
      (await saveSnapshot(vault, await live(), { kind: "manual", gateway: settings.name })).snapshot,
    prepare,
    carryOut,
    restore: async (id, choice, helpers) => {
      const prepared = await prepare(id, choice, helpers);
      return { prepared, ...(await carryOut(prepared, helpers)) };
    },
    accept: () => accept(journal(), "a test", clock),
    undo: async () => {
      if (gateway.pid() !== undefined) await gateway.stop();
      await putBack(journal(), "a test", { clock, owner: "must-be-gone" });
    },
    messagesOf,
    keys: async () => (await (await live()).read()).sessions.map(({ key }) => key),
    talk: async (key) => {
      await using admin = await gateway.admin();
      if ((await admin.row(key)) === undefined) await admin.createSession(key);
      const before = (await messagesOf(key)) ?? 0;
      const ended = await admin.turn(key, "hello");
      if (ended !== "ok") throw new Error(`the turn in ${key} ended: ${ended}`);
      return await until("the turn on disk", async () => {
        const seen = (await messagesOf(key)) ?? 0;
        return seen >= before + 2 && seen;
      });
    },
  };
};

export const itemOf = ({ preflight }: RestorePlan, check: string): RestorePlan["preflight"][number] => {
  const found = preflight.find((item) => item.check === check);
  if (found === undefined) throw new Error(`no ${check} among ${preflight.map((each) => each.check).join()}`);
  return found;
};

/** The program as somebody at this machine runs it, with a configuration of its own that knows the gateway. */
export type Desk = AsyncDisposable & {
  readonly run: (...argv: readonly string[]) => Promise<Answer>;
  readonly configure: (more: object) => Promise<void>;
};

export const openDesk = async (
  gateways: readonly object[],
  vaultPath: string,
  version?: string,
): Promise<Desk> => {
  const home = await mkdtemp(join(tmpdir(), "clawback-desk-"));
  const configure = (more: object): Promise<void> =>
    writeFile(
      join(home, "config.json5"),
      JSON.stringify({
        gateways,
        vault: { path: vaultPath, encryption: { keyFile: `${vaultPath}.key` } },
        ...more,
      }),
    );
  await configure({});
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_STATE_HOME: join(home, "state"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
  };
  return {
    run: (...argv) =>
      clawback(["--config", join(home, "config.json5"), ...argv], {
        env,
        cwd: home,
        ...(version === undefined ? {} : { version }),
      }),
    configure,
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
};

/** As a configuration has it; the token stands in a file. */
export const configOf = async (gateway: RealGateway, more: object = {}): Promise<object> => {
  const file = join(gateway.home, "token");
  await writeFile(file, gateway.token, { mode: 0o600 });
  return { name: "real", url: gateway.url, token: { file }, stateDir: gateway.stateDir, ...more };
};

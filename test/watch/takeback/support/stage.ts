import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayPorts, GatewaySettings, Service } from "../../../../src/clients/index.ts";
import {
  diskStore,
  initVault,
  openVault,
  type SnapshotSummary,
  type Vault,
} from "../../../../src/core/index.ts";
import { startDemoFleet, type DemoFleet } from "../../../../src/demo/index.ts";
import { systemClock } from "../../../../src/ground/index.ts";
import { demoService } from "../../../../src/ui/demo-service.ts";
import { saveSnapshot, stateSource, type StateSource } from "../../../../src/keeping/index.ts";
import type { RestoreEvent } from "../../../../src/watch/index.ts";
import type { ScopeChoice } from "../../../../src/watch/takeback/scope-words.ts";
import {
  planRestore,
  restoreInPlace,
  type PreparedRestore,
  type RestoreResult,
} from "../../../../src/watch/effects/index.ts";

/** One gateway of the demo fleet with a vault: a whole restore can be played on it. */
export type Stage = AsyncDisposable & {
  readonly fleet: DemoFleet;
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly service: Service;
  readonly stateDir: string;
  readonly vault: Vault;
  readonly vaultPath: string;
  readonly source: () => Promise<StateSource>;
  readonly save: () => Promise<SnapshotSummary>;
  readonly plan: (snapshot: SnapshotSummary, choice?: Partial<ScopeChoice>) => Promise<PreparedRestore>;
  readonly restore: (
    prepared: PreparedRestore,
    more?: Partial<Parameters<typeof restoreInPlace>[0]>,
  ) => Promise<{ readonly result: RestoreResult; readonly events: readonly RestoreEvent[] }>;
};

export const openStage = async (demo: { readonly busy?: boolean } = {}): Promise<Stage> => {
  const place = mkdtempSync(join(tmpdir(), "clawback-takeback-"));
  const fleet = await startDemoFleet({ scenario: "healthy", gateways: 1, speed: 20, ...demo });
  const [first] = fleet.gateways;
  if (first === undefined) throw new Error("the demo fleet has a gateway");
  const settings: GatewaySettings = {
    name: first.name,
    url: first.url,
    labels: [],
    stateDir: first.stateDir,
    token: { kind: "inline", value: first.token },
    service: { kind: "none" },
    readOnly: false,
    insecure: false,
    httpOnly: false,
  };
  const keyFile = join(place, "vault.key");
  await initVault(diskStore(join(place, "vault")), { keyFile });
  const vault = await openVault(join(place, "vault"), { keys: { keyFile } });
  const clock = systemClock;
  const service = demoService(fleet.control(first.name), clock);
  const ports: GatewayPorts = {
    clock,
    random: () => 0.5,
    secret: (source) => Promise.resolve(source.kind === "inline" ? source.value : ""),
    version: "9.9.9",
  };
  const source = (): Promise<StateSource> => stateSource({ stateDir: first.stateDir, env: { HOME: place } });
  return {
    fleet,
    settings,
    ports,
    service,
    stateDir: first.stateDir,
    vault,
    vaultPath: join(place, "vault"),
    source,
    save: async () =>
      (await saveSnapshot(vault, await source(), { kind: "manual", gateway: settings.name })).snapshot,
    plan: async (snapshot, choice = {}) =>
      planRestore({
        vault,
        snapshot,
        source: await source(),
        settings,
        service,
        choice: { only: [], except: [], ...choice },
        controllable: true,
        readOnly: false,
        clock,
        signal: new AbortController().signal,
      }),
    restore: async (prepared, more = {}) => {
      const events: RestoreEvent[] = [];
      const result = await restoreInPlace({
        vault,
        prepared,
        source: await source(),
        lookAgain: source,
        settings,
        ports,
        service,
        controllable: true,
        clock,
        signal: new AbortController().signal,
        onEvent: (event) => events.push(event),
        ...more,
      });
      return { result, events };
    },
    [Symbol.asyncDispose]: async () => {
      await fleet.stop();
      rmSync(place, { recursive: true, force: true });
    },
  };
};

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskStore, initVault, openVault } from "../../../../src/core/index.ts";
import { saveSnapshot, stateSource } from "../../../../src/keeping/index.ts";
import { makeScene, ruin, type Scene } from "../../../core/takeback/support/scene.ts";
import { clawback, type Answer } from "../../../support/command-line.ts";

export type House = Disposable & {
  readonly scene: Scene;
  readonly id: string;
  readonly run: (...argv: readonly string[]) => Promise<Answer>;
  readonly path: (name: string) => string;
};

/** A gateway that does not run, its vault with one snapshot, and a configuration that names both. */
export const openHouse = async (): Promise<House> => {
  const home = mkdtempSync(join(tmpdir(), "clawback-cli-restore-"));
  const path = (name: string): string => join(home, name);
  mkdirSync(path("gateway"));
  const scene = makeScene(path("gateway"));
  writeFileSync(
    join(scene.stateDir, "openclaw.json"),
    JSON.stringify({
      gateway: { mode: "local", port: 1 },
      agents: { defaults: { workspace: scene.workspace } },
    }),
  );
  const keyFile = path("vault.key");
  await initVault(diskStore(path("vault")), { keyFile });
  const vault = await openVault(path("vault"), { keys: { keyFile } });
  const env = { HOME: home };
  const source = await stateSource({ stateDir: scene.stateDir, env });
  const { id } = (await saveSnapshot(vault, source, { kind: "manual", gateway: "prod" })).snapshot;
  const config = JSON.parse(readFileSync(join(scene.stateDir, "openclaw.json"), "utf8")) as Record<
    string,
    unknown
  >;
  ruin(scene);
  writeFileSync(
    join(scene.stateDir, "openclaw.json"),
    JSON.stringify({
      ...config,
      gateway: { mode: "local", port: 2, auth: { token: "not-to-be-shown-5f3a" } },
    }),
  );
  writeFileSync(
    path("clawback.json5"),
    JSON.stringify({
      gateways: [{ name: "prod", url: "ws://127.0.0.1:1", stateDir: scene.stateDir }],
      vault: { path: path("vault"), encryption: { keyFile } },
    }),
  );
  return {
    scene,
    id,
    path,
    run: (...argv) =>
      clawback(["--config", path("clawback.json5"), ...argv], {
        env: { HOME: home, XDG_STATE_HOME: path("state"), PATH: process.env["PATH"] },
      }),
    [Symbol.dispose]: () => {
      rmSync(home, { recursive: true, force: true });
    },
  };
};

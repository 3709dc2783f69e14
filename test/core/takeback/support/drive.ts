import {
  beginTakeback,
  everything,
  accept,
  openVault,
  placesOf,
  putBack,
  stage,
  swapIn,
  thisRun,
  type Journal,
  type TakebackScope,
  type Vault,
} from "../../../../src/core/index.ts";
import { systemClock } from "../../../../src/ground/index.ts";
import { planOf, type Scene } from "./scene.ts";

export type Drive = {
  readonly scene: Scene;
  readonly vault: Vault;
  readonly snapshot: string;
  readonly scope: TakebackScope;
  readonly onStep?: (point: string) => void;
};

export const guard = { clock: systemClock, owner: "must-be-gone" as const };

/** A restore as an orchestration would run it, without a gateway. */
export const takeBack = async (drive: Drive): Promise<Journal> => {
  const { scene, vault, snapshot, scope } = drive;
  const roots = [
    { prefix: "", live: scene.stateDir },
    { prefix: "workspace:main", live: scene.workspace },
  ];
  const journal = beginTakeback({
    id: "t1",
    snapshot,
    stateDir: scene.stateDir,
    roots,
    scope: scope.words,
    runBy: await thisRun(),
    clock: systemClock,
    ...(drive.onStep === undefined ? {} : { onStep: drive.onStep }),
  });
  const facts = await vault.besideLive(snapshot, planOf(scene));
  const staged = await stage(vault, {
    snapshot,
    roots: roots.map(({ prefix, live }) => ({
      ...placesOf(prefix, live, "t1"),
      kind: prefix === "" ? "state" : "workspace",
    })),
    scope,
    facts: { ...facts, paths: facts.snapshot.map(({ path }) => path) },
    signal: new AbortController().signal,
  });
  journal.reached("staged");
  await swapIn(journal, staged.exchanges, guard);
  return journal;
};

export const openTestVault = (path: string): Promise<Vault> =>
  openVault(path, { keys: { keyFile: `${path}.key` } });

export type Ending = "leave" | "put-back" | "accept";

export const finish = async (journal: Journal, ending: Ending): Promise<void> => {
  if (ending === "put-back") await putBack(journal, "a test said so", guard);
  if (ending === "accept") await accept(journal, "a test", systemClock);
};

/** Both databases and the workspace, but not the configuration: file by file instead of whole directories. */
export const someFiles: TakebackScope = {
  words: "sessions, gateway, workspace",
  extent: { kind: "part", includes: (path) => path !== "openclaw.json", hot: false },
};

export const scopeNamed = (name: string): TakebackScope => (name === "part" ? someFiles : everything);

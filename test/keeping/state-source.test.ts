import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskStore, initVault, openVault } from "../../src/core/index.ts";
import {
  choosePaths,
  compareSnapshots,
  pathsChosen,
  pathWithin,
  saveSnapshot,
  stateSource,
} from "../../src/keeping/index.ts";

const scratch = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), "clawback-keeping-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

const writeAll = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  }
};

const newVault = async (at: string): ReturnType<typeof openVault> => {
  await initVault(diskStore(join(at, "vault")), { keyFile: join(at, "vault.key") });
  return await openVault(join(at, "vault"), { keys: { keyFile: join(at, "vault.key") } });
};

const pathsOf = async (
  vault: Awaited<ReturnType<typeof openVault>>,
  id: string,
): Promise<readonly string[]> => {
  const paths: string[] = [];
  for await (const { path, type } of vault.files(id)) if (type !== "directory") paths.push(path);
  return paths;
};

describe("a path within a root", () => {
  it.each([
    ["/state/agents/main", "agents/main"],
    ["/state/..draft/vault", "..draft/vault"],
    ["/state", undefined],
    ["/stateful", undefined],
    ["/other", undefined],
  ])("%s is called %s in /state", (path, name) => {
    expect(pathWithin("/state", path)).toBe(name);
  });
});

describe("what belongs to a state directory", () => {
  it("is taken wherever it lies, under a name of its own, and nothing that only a running process needs", async () => {
    await using at = await scratch();
    const workspace = join(at.path, "work");
    await writeAll(at.path, {
      "state/openclaw.json": JSON.stringify({
        agents: { defaults: { workspace }, list: [{ id: "main", default: true }] },
      }),
      "state/credentials/telegram.json": "{}",
      "state/logs/today.log": "a line",
      "state/tmp/scratch": "x",
      "state/workspace/left.lock": "somebody's file",
      "work/MEMORY.md": "remember",
      "work/Cargo.lock": "what somebody wrote",
    });
    const vault = await newVault(at.path);
    const source = await stateSource({ stateDir: join(at.path, "state"), env: { HOME: at.path } });
    const { snapshot, findings } = await saveSnapshot(vault, source, { kind: "manual" });
    expect(findings).toEqual([]);
    expect(await pathsOf(vault, snapshot.id)).toEqual([
      "@workspace:main/Cargo.lock",
      "@workspace:main/MEMORY.md",
      "credentials/telegram.json",
      "openclaw.json",
      "workspace/left.lock",
    ]);
    const logs = await stateSource({ stateDir: join(at.path, "state"), env: { HOME: at.path }, logs: true });
    const more = await saveSnapshot(vault, logs, { kind: "manual" });
    expect(await pathsOf(vault, more.snapshot.id)).toContain("logs/today.log");
  });

  it("includes a configuration that the environment puts elsewhere, which is compared like any other", async () => {
    await using at = await scratch();
    await writeAll(at.path, {
      "state/credentials/x.json": "{}",
      "etc/claw.json": '{ "gateway": { "port": 1 } }',
    });
    const env = {
      HOME: at.path,
      OPENCLAW_STATE_DIR: join(at.path, "state"),
      OPENCLAW_CONFIG_PATH: join(at.path, "etc/claw.json"),
    };
    const vault = await newVault(at.path);
    const { snapshot } = await saveSnapshot(vault, await stateSource({ env }), { kind: "manual" });
    expect(await pathsOf(vault, snapshot.id)).toContain("@config");
    await writeAll(at.path, { "etc/claw.json": '{ "gateway": { "port": 2 } }' });
    const compared = await compareSnapshots(vault, { id: snapshot.id }, { live: await stateSource({ env }) });
    expect(compared.config).toEqual([{ path: "gateway.port", before: 1, after: 2 }]);
  });

  it("does not enter the state directory a second time through a workspace around it", async () => {
    await using at = await scratch();
    const workspace = join(at.path, "home");
    await writeAll(at.path, {
      "home/.openclaw/openclaw.json": JSON.stringify({
        agents: { defaults: { workspace }, list: [{ id: "main" }] },
      }),
      "home/notes.md": "x",
    });
    const vault = await newVault(at.path);
    const source = await stateSource({ stateDir: join(workspace, ".openclaw"), env: { HOME: at.path } });
    const { snapshot } = await saveSnapshot(vault, source, { kind: "manual" });
    expect(await pathsOf(vault, snapshot.id)).toEqual(["@workspace:main/notes.md", "openclaw.json"]);
  });
});

describe("what a snapshot says of its state", () => {
  it("holds as long as nothing changed; numbers of the gateway are those of the moment", async () => {
    await using at = await scratch();
    await writeAll(at.path, { "state/openclaw.json": "{}", "state/workspace/MEMORY.md": "x" });
    const vault = await newVault(at.path);
    const source = await stateSource({ stateDir: join(at.path, "state"), env: { HOME: at.path } });
    const save = (rssBytes: number): ReturnType<typeof saveSnapshot> =>
      saveSnapshot(vault, source, { kind: "manual", liveVitals: async () => ({ rssBytes, agents: 99 }) });
    const first = await save(1_000);
    const second = await save(2_000);
    expect(second.snapshot.newBytes).toBe(0);
    // How many agents there are is a fact of what was saved, whatever the gateway says.
    expect(first.snapshot.vitals).toMatchObject({ rssBytes: 1_000, agents: 1 });
    expect(second.snapshot.vitals).toEqual({ ...(first.snapshot.vitals as object), rssBytes: 2_000 });
    const silent = await saveSnapshot(vault, source, { kind: "manual" });
    expect(silent.snapshot.vitals).not.toHaveProperty("rssBytes");
  });
});

describe("choosing from a snapshot", () => {
  it.each([
    [["config"], [], ["openclaw.json"]],
    [["agent:ops"], [], ["agents/ops/agent/openclaw-agent.sqlite", "@workspace:ops/MEMORY.md"]],
    [["memory"], [], ["workspace/MEMORY.md", "@workspace:ops/MEMORY.md"]],
    [["workspace/"], [], ["workspace/MEMORY.md"]],
    [[], ["memory", "sessions"], ["openclaw.json", "workspacex/notes"]],
    [["memory"], ["@workspace:ops"], ["workspace/MEMORY.md"]],
  ])("takes only %j and not %j", (only, except, expected) => {
    const paths = [
      "openclaw.json",
      "agents/ops/agent/openclaw-agent.sqlite",
      "workspace/MEMORY.md",
      "workspacex/notes",
      "@workspace:ops/MEMORY.md",
    ];
    const chosen = choosePaths(only, except);
    expect(paths.filter((path) => chosen?.(path))).toEqual(expected);
  });

  it("lies within paths when nothing else is named", () => {
    expect(pathsChosen(["./workspace/", "openclaw.json"])).toEqual(["workspace", "openclaw.json"]);
    expect(pathsChosen(["openclaw.json", "memory"])).toBeUndefined();
    expect(pathsChosen([])).toBeUndefined();
    // A database without its log is an older one.
    expect(pathsChosen(["state/openclaw.sqlite"])).toEqual([
      "state/openclaw.sqlite",
      "state/openclaw.sqlite-wal",
      "state/openclaw.sqlite-journal",
    ]);
  });

  it("is everything when nothing is named, and nothing is no choice", () => {
    expect(choosePaths([], [])).toBeUndefined();
    expect(() => choosePaths([" "], [])).toThrow("chooses nothing");
  });
});

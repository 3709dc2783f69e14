import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classesOf,
  companionOf,
  exclusionOf,
  isSqliteHeader,
  isWithin,
  profileOfDirectory,
  statePlace,
  stateRoots,
  type Json,
} from "../../src/openclaw/index.ts";
import { anyText } from "../support/any-text.ts";

describe("what a snapshot leaves out", () => {
  it.each([
    ["tmp/openclaw-0/gateway.state.lock", "temporary", "dropped"],
    ["tmp", "temporary", "dropped"],
    ["cache/control-ui-assets/index.js", "cache", "carried-over"],
    ["plugin-skills/canvas", "plugin-skills", "dropped"],
    ["logs/stability/x.json", "logs", "carried-over"],
    ["npm/node_modules/x/index.js", "runtimes", "carried-over"],
    ["extensions/telegram/node_modules/a/b.js", "runtimes", "carried-over"],
    ["delivery-queue/1.json", "deliveries", "dropped"],
    ["state/openclaw.sqlite-shm", "shared-memory", "dropped"],
    ["agents/main/agent/openclaw-agent.sqlite.reindex-lock.sqlite", "sqlite-coordination", "dropped"],
    [
      "agents/main/agent/openclaw-agent.sqlite.generation-writer.sqlite-wal",
      "sqlite-coordination",
      "dropped",
    ],
    [
      "agents/main/agent/openclaw-agent.sqlite.tmp-01234567-89ab-cdef-0123-456789abcdef",
      "sqlite-coordination",
      "dropped",
    ],
    ["agents/main/agent/claude/.tmp/x", "agent-temporary", "dropped"],
    ["browser/work/user-data/SingletonLock", "browser-lock", "dropped"],
    ["agents/main/sessions/sessions.json.lock", "lock", "dropped"],
    ["gateway.pid", "transient", "dropped"],
    ["ipc/node.sock", "transient", "dropped"],
    ["openclaw.json.tmp.1234", "transient", "dropped"],
    ["a\nb.tmp", "transient", "dropped"],
  ])("%j goes by the rule %s and is %s when restored", (path, rule, whenRestored) => {
    expect(exclusionOf(path, { kind: "state" })).toMatchObject({ rule, whenRestored });
  });

  it.each([
    "openclaw.json",
    "openclaw.json.last-good",
    "config-journal-fingerprint.key",
    "state/openclaw.sqlite",
    "state/openclaw.sqlite-wal",
    "state/openclaw-quarantine.sqlite",
    "agents/main/agent/openclaw-agent.sqlite",
    "agents/main/sessions/a.jsonl",
    "agents/main/sessions/a.jsonl.deleted.1.ab.zst",
    "agents/main/sessions/cold/a.jsonl.zst",
    "credentials/whatsapp/creds.json",
    "media/outbound/a.png",
    "temporal/notes.md",
    "workspace/tmp/draft.md",
    "workspace/Cargo.lock",
    "workspace-ops/agents/a/agent/tmp/x",
    "workspace/data.json.lock",
    "extensions/mine/yarn.lock",
    "cachet",
  ])("%j is taken", (path) => {
    expect(exclusionOf(path, { kind: "state" })).toBeUndefined();
  });

  it("takes logs when asked, and never the vault", () => {
    expect(exclusionOf("logs/a.log", { kind: "state", logs: true })).toBeUndefined();
    expect(exclusionOf("backup/vault/packs/1", { kind: "state", vault: "backup/vault" })?.rule).toBe("vault");
    expect(exclusionOf("backup/vault2", { kind: "state", vault: "backup/vault" })).toBeUndefined();
    expect(exclusionOf("anything", { kind: "state", vault: "" })).toBeUndefined();
  });

  it("leaves a workspace to its user but for what only runs", () => {
    const inner = { kind: "state" as const, workspaces: ["rooms/one"] };
    expect(exclusionOf("rooms/one/agents.jsonl.lock", inner)).toBeUndefined();
    expect(exclusionOf("rooms/two/agents.jsonl.lock", inner)?.rule).toBe("lock");
    expect(exclusionOf("cache/notes.md", { kind: "workspace" })).toBeUndefined();
    expect(exclusionOf("package.lock", { kind: "workspace" })).toBeUndefined();
    expect(exclusionOf(".git/index", { kind: "workspace" })).toBeUndefined();
    expect(exclusionOf("dev.sock", { kind: "workspace" })?.rule).toBe("transient");
  });

  it("gives a reason in words for everything, whatever it is called", () => {
    fc.assert(
      fc.property(anyText(), fc.constantFrom("state" as const, "workspace" as const), (path, kind) => {
        const exclusion = exclusionOf(path, { kind });
        expect(exclusion === undefined || exclusion.reason.length > 20).toBe(true);
      }),
    );
  });
});

describe("what a file is for", () => {
  it.each([
    ["openclaw.json", ["config"]],
    ["openclaw.json.bak.2", ["config"]],
    ["config-journal-fingerprint.key", ["config"]],
    ["credentials/whatsapp/creds.json", ["credentials"]],
    ["state/openclaw.sqlite", ["gateway"]],
    ["agents/main/agent/openclaw-agent.sqlite-wal", ["sessions", "agent:main"]],
    ["agents/work/sessions/sessions.json", ["sessions", "agent:work"]],
    ["agents/work/agent/auth-profiles.json", ["credentials", "agent:work"]],
    ["workspace/MEMORY.md", ["memory"]],
    ["workspace-work/memory/2026-11-20.md", ["memory", "agent:work"]],
    ["workspace-work/src/index.ts", ["workspace", "agent:work"]],
    ["workspaces.txt", ["other"]],
    ["media/outbound/a.png", ["media"]],
    ["x/openclaw.json", ["other"]],
  ])("%s is %j", (path, classes) => {
    expect(classesOf(path)).toEqual(classes);
  });

  it("is told by the root when it lies elsewhere", () => {
    expect(classesOf("MEMORY.md", { kind: "workspace", agents: ["a", "b"] })).toEqual([
      "memory",
      "agent:a",
      "agent:b",
    ]);
    expect(classesOf("openclaw-agent.sqlite", { kind: "agent", agents: ["a"] })).toEqual([
      "sessions",
      "agent:a",
    ]);
    const workspaces = [{ path: "rooms/one", agents: ["one"] }];
    expect(classesOf("rooms/one/memory/x.md", { workspaces })).toEqual(["memory", "agent:one"]);
    expect(classesOf("rooms/one-more/x.md", { workspaces })).toEqual(["other"]);
  });
});

describe("databases", () => {
  it("are known by their first bytes", () => {
    const header = new TextEncoder().encode("SQLite format 3\0 and more");
    expect(isSqliteHeader(header)).toBe(true);
    expect(isSqliteHeader(header.subarray(0, 15))).toBe(false);
    expect(isSqliteHeader(new Uint8Array(100))).toBe(false);
  });

  it("have companions by name", () => {
    expect(companionOf("a/b.sqlite-wal")).toEqual({ database: "a/b.sqlite", kind: "wal" });
    expect(companionOf("a/b.sqlite-shm")?.kind).toBe("shm");
    expect(companionOf("a/-wal")).toBeUndefined();
    expect(companionOf("a/b.sqlite")).toBeUndefined();
  });
});

const none = (): boolean => false;
const home = "/home/me";

describe("where a gateway keeps its state", () => {
  it.each([
    [{}, `${home}/.openclaw`, `${home}/.openclaw/openclaw.json`],
    [{ OPENCLAW_STATE_DIR: "~/other" }, `${home}/other`, `${home}/other/openclaw.json`],
    [{ OPENCLAW_STATE_DIR: "  " }, `${home}/.openclaw`, `${home}/.openclaw/openclaw.json`],
    [{ OPENCLAW_PROFILE: "work" }, `${home}/.openclaw-work`, `${home}/.openclaw-work/openclaw.json`],
    [{ OPENCLAW_PROFILE: "Default" }, `${home}/.openclaw`, `${home}/.openclaw/openclaw.json`],
    [{ OPENCLAW_HOME: "/srv/claw" }, "/srv/claw/.openclaw", "/srv/claw/.openclaw/openclaw.json"],
    [{ OPENCLAW_CONFIG_PATH: "/etc/claw.json5" }, `${home}/.openclaw`, "/etc/claw.json5"],
  ])("with %j is %s and %s", (env, stateDir, configPath) => {
    expect(statePlace({ env, home, exists: none })).toMatchObject({ stateDir, configPath });
  });

  it("is the old directory and the old file name only where nothing newer is", () => {
    const only = (path: string) => (asked: string) => asked === path;
    expect(statePlace({ env: {}, home, exists: only(`${home}/.clawdbot`) }).stateDir).toBe(
      `${home}/.clawdbot`,
    );
    expect(statePlace({ env: {}, home, exists: only(`${home}/.openclaw/clawdbot.json`) }).configPath).toBe(
      `${home}/.openclaw/clawdbot.json`,
    );
    expect(statePlace({ env: {}, home, exists: () => true }).stateDir).toBe(`${home}/.openclaw`);
  });

  it("is what the user asks for, whatever the environment says", () => {
    const env = { OPENCLAW_STATE_DIR: "/env", OPENCLAW_CONFIG_PATH: "/env/x.json" };
    expect(statePlace({ env, home, stateDir: "/mine", exists: none })).toMatchObject({
      stateDir: "/mine",
      configPath: "/mine/openclaw.json",
    });
    expect(statePlace({ env, home, profile: "p", exists: none }).stateDir).toBe(`${home}/.openclaw-p`);
  });

  it.each(["../up", "a/b", "-x", "\u001b[2J"])("refuses the profile %j", (profile) => {
    expect(() => statePlace({ env: {}, home, profile, exists: none })).toThrow("is not a name of a profile");
  });

  it("tells profiles by the names of directories", () => {
    expect(
      [".openclaw", ".openclaw-work", ".openclaw-", ".openclawx", "openclaw"].map(profileOfDirectory),
    ).toEqual(["", "work", undefined, undefined, undefined]);
  });
});

describe("the roots of a state", () => {
  const place = statePlace({ env: {}, home, exists: none });
  const rootsOf = (config: Json): readonly string[] =>
    stateRoots(place, config).roots.map(({ id, path }) => `${id} ${path}`);

  it("are the state directory alone when everything is in its usual place", () => {
    expect(rootsOf({})).toEqual([`state ${home}/.openclaw`]);
    expect(stateRoots(place, {}).innerWorkspaces).toEqual([{ path: "workspace", agents: ["main"] }]);
  });

  it("take in workspaces and agent directories elsewhere", () => {
    const config = {
      agents: {
        defaults: { workspace: "~/claw" },
        list: [
          { id: "Main", default: true },
          { id: "ops", agentDir: "/srv/ops" },
          { id: "dev", workspace: "~/.openclaw/dev" },
        ],
      },
    };
    expect(rootsOf(config)).toEqual([
      `state ${home}/.openclaw`,
      `workspace:main ${home}/claw`,
      "agent:ops /srv/ops",
    ]);
    expect(stateRoots(place, config).innerWorkspaces).toEqual([{ path: "dev", agents: ["dev"] }]);
    expect(stateRoots(place, config).workspaces.get("ops")).toBe(join(home, "claw", "ops"));
  });

  it("name a shared workspace once, with all it belongs to", () => {
    const config = { agents: { entries: { a: { workspace: "/w" }, b: { workspace: "/w" } } } };
    expect(stateRoots(place, config).roots[1]).toMatchObject({ id: "workspace:a", agents: ["a", "b"] });
  });

  it("never walk the state directory a second time through a workspace around it", () => {
    const config = { agents: { defaults: { workspace: "~" } } };
    expect(stateRoots(place, config).roots[1]).toMatchObject({ path: home, except: [`${home}/.openclaw`] });
  });

  it("survive a roster of the wrong shape", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (agents, list) => {
        for (const config of [{ agents }, { agents: { list } }, { agents: { entries: list } }]) {
          const { roots } = stateRoots(place, config);
          expect(roots[0]?.id).toBe("state");
          expect(new Set(roots.map(({ path }) => path)).size).toBe(roots.length);
        }
      }),
    );
  });

  it("know what is within what", () => {
    expect(isWithin("/a/b", "/a")).toBe(true);
    expect(isWithin("/a", "/a")).toBe(true);
    expect(isWithin("/ab", "/a")).toBe(false);
    expect(isWithin("/a/..b", "/a")).toBe(true);
    expect(isWithin("/a/../b", "/a")).toBe(false);
  });
});

import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/soon.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "bin/clawback.cjs");

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "clawback-e2e-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: home,
  LANG: "C.UTF-8",
  ...more,
});

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const shell = (line: string, env: NodeJS.ProcessEnv = environment()): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      "bash",
      ["-c", `set -o pipefail; clawback() { "$NODE" "$PROGRAM" "$@"; }; ${line}`],
      { env: { ...env, NODE: process.execPath, PROGRAM: program } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : null, out, err });
      },
    );
  });

describe("the built program in a shell", () => {
  it("without a terminal is status, once, without a colour", async () => {
    const { code, out, err } = await shell(
      "clawback < /dev/null",
      environment({ FORCE_COLOR: "1", TERM: "dumb" }),
    );
    expect(out).toMatch(/^DEMO FLEET: no gateway configured or found\n\n✅ prod-eu /);
    expect(out).not.toContain("\u001b");
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("reads a configuration in YAML, and refuses one that unfolds without end", async () => {
    const file = join(home, "gateways.yaml");
    await writeFile(file, "gateways:\n  - name: prod-eu\n    url: ws://127.0.0.1:1\n");
    expect(await shell(`clawback config check --config ${file}`)).toMatchObject({ code: 0, err: "" });
    const doubled = Array.from(
      { length: 12 },
      (_, step) => `a${step + 1}: &a${step + 1} [${`*a${step}, `.repeat(9)}]`,
    );
    await writeFile(file, ["a0: &a0 [x]", ...doubled, ""].join("\n"));
    expect(await shell(`clawback config check --config ${file}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining("alias") as string,
    });
  });

  it("ends well when the reader of its pipe goes away", async () => {
    const head = await shell("clawback watch | head -n 2");
    expect(head.out.split("\n")).toHaveLength(3);
    expect(head).toMatchObject({ code: 0, err: expect.not.stringContaining("EPIPE") as string });
    expect((await shell("clawback alerts rules | head -n 1")).code).toBe(0);
  });

  it("finishes a restore that nobody reads about any more", async () => {
    const state = join(home, "unread-state");
    await mkdir(state);
    await writeFile(join(state, "openclaw.json"), "{}");
    const words = `--vault ${join(home, "unread-vault")} --state-dir ${state}`;
    await shell(`clawback vault init ${words} && clawback snapshots save --name before ${words}`);
    await writeFile(join(state, "notes"), "later");
    // What it tells goes into a pipe that nobody holds any more.
    await shell(`clawback snapshots restore before --yes ${words} 2>&1 | exec true`);
    expect((await readdir(state)).includes("notes")).toBe(false);
    expect((await shell(`clawback restore status ${words}`)).out).toContain("waits to be accepted");
  });

  it.each(["alerts rules", "watch"])("says so when the output of %s cannot be written", async (words) => {
    const full = await shell(`clawback ${words} > /dev/full`);
    expect(full).toMatchObject({ code: 1, err: expect.stringContaining("ENOSPC") as string });
    expect(full.err).not.toMatch(/^ +at /m);
  });

  it("leaves ctrl-c to the command it runs, however often, and says at the end how it went", async () => {
    const stateDir = join(home, "run", ".openclaw");
    await mkdir(stateDir, { recursive: true });
    await writeFile(join(stateDir, "openclaw.json"), JSON.stringify({ gateway: { port: 1 } }));
    // The terminal tells everybody in the foreground; the one that runs decides what it means.
    const twice = "kill -INT $PPID; sleep 0.1; kill -INT $PPID; sleep 0.1; exit 7";
    const words = `--vault ${join(home, "run", "vault")} --state-dir ${stateDir}`;
    await shell(`clawback vault init ${words}`);
    const run = await shell(`clawback run ${words} -- sh -c '${twice}'`);
    expect(run.err).toContain("sh ended with exit code 7");
    expect(run.code).toBe(7);
    const killed = await shell(`clawback run ${words} -- sh -c 'kill -TERM $$'`);
    expect(killed.code).toBe(143);
  });

  it("has its own exit code when nobody reads its errors", async () => {
    expect((await shell("clawback bogus 2>&1 > /dev/null | true; exit ${PIPESTATUS[0]}")).code).toBe(2);
  });

  it("works in a directory that was deleted meanwhile", async () => {
    const gone = join(home, "gone");
    await mkdir(gone);
    const listed = await shell(`cd ${gone} && rmdir ${gone} && clawback alerts rules`);
    expect(listed).toMatchObject({ code: 0, err: "" });
  });

  it.each(["unset HOME", "export HOME=", "export HOME=here"])(
    "keeps its things in the account's home after %s, wherever it is started",
    async (before) => {
      const shown = await shell(`${before}; XDG_STATE_HOME=state clawback config show --json`);
      const { vault, stateHome } = JSON.parse(shown.out) as { vault: { path: string }; stateHome: string };
      expect(vault.path).toBe(join(userInfo().homedir, ".local/share/clawback/vault"));
      expect(stateHome).toBe(join(userInfo().homedir, ".local/state/clawback"));
    },
  );

  it("knows no option that only every object has", async () => {
    expect(await shell("clawback status --constructor x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Unknown option --constructor") as string,
    });
    expect((await shell("clawback run -- ''")).code).toBe(2);
  });

  it("writes a whole document into a slow pipe", async () => {
    const { code, out } = await shell("clawback alerts rules --json | (read -r line; printf '%s' \"$line\")");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rules: expect.any(Array) as unknown[] });
  });

  it("tells mistakes on stderr alone, in one line and a hint, with exit 2", async () => {
    const { code, out, err } = await shell("clawback statsu --json");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "USAGE_COMMAND", hint: expect.any(String) as string },
    });
  });

  it("ends with 130 at ctrl-c, in the middle of waiting, and leaves no demo behind", async () => {
    const child = spawn(process.execPath, [program, "watch", "--kind", "connection"], { env: environment() });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    const ended = once(child, "exit");
    await eventually(
      () => Promise.resolve(out),
      (text) => text.includes('"up"'),
    );
    child.kill("SIGINT");
    expect((await ended)[0]).toBe(130);
  });

  it("asks nobody who is not there", async () => {
    const { code, err } = await shell("clawback service stop --gateway edge-1 < /dev/null");
    expect(code).toBe(5);
    expect(err).toContain("Add --yes to do it without a question.");
  });
});

describe("the bundle", () => {
  it("loads no console and no demo for a plain command", async () => {
    const dist = join(root, "dist");
    const chunks = new Map<string, string>();
    for (const name of (await readdir(dist, { recursive: true })).filter((each) => each.endsWith(".js"))) {
      chunks.set(name, await readFile(join(dist, name), "utf8"));
    }
    const reached = new Set<string>();
    const reach = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      const text = chunks.get(name) ?? "";
      for (const [, path = ""] of text.matchAll(/(?:from|import)\s*"(\.{1,2}\/[^"]+\.js)"/g)) {
        reach(join(name, "..", path));
      }
    };
    reach("main.js");
    // Commands that look, and therefore must start at once.
    for (const name of chunks.keys())
      if (/(?:^|\/)(?:status|health|doctor|logs)-[\w-]{8}\.js$/.test(name)) reach(name);
    expect(reached.size).toBeGreaterThan(5);
    const loaded = [...reached].map((name) => chunks.get(name) ?? "").join("\n");
    expect(loaded).not.toMatch(/react\.(?:transitional\.)?element|react\.fragment/);
    expect(loaded).not.toContain("Agents of the harbour");
  });
});

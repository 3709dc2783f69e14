import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chown } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findOwner } from "../../src/openclaw/index.ts";
import { parseLinuxStat, processState } from "../../src/openclaw/owner/process.ts";
import { temporaryTree, type TemporaryTree } from "./tree.ts";

const lockName = "tmp/openclaw-0/gateway.state.lock";

const lockOf = (tree: TemporaryTree, lock: unknown): Promise<string> =>
  tree.write(lockName, typeof lock === "string" ? lock : JSON.stringify(lock));

const startOf = async (pid: number): Promise<number> => {
  const state = await processState(pid);
  if (state.kind !== "running" || state.startTime === undefined) throw new Error("no start time");
  return state.startTime;
};

const now = 1_000_000;

describe("the owner of a state directory", () => {
  it("is nobody without a lock", async () => {
    await using tree = await temporaryTree();
    expect(await findOwner(tree.path, { now })).toEqual({
      kind: "nobody",
      evidence: ["no lock in the state directory"],
    });
  });

  it("is alive when the process of the lock runs since the same moment", async () => {
    await using tree = await temporaryTree();
    await lockOf(tree, {
      pid: process.pid,
      startTime: await startOf(process.pid),
      port: 18_789,
      createdAt: "x",
      configPath: "y",
    });
    expect(await findOwner(tree.path, { now, probe: { port: 18_789, answered: true } })).toEqual({
      kind: "alive",
      pid: process.pid,
      role: "gateway",
      port: 18_789,
      evidence: [`the lock names gateway process ${process.pid}, which runs`, "port 18789 answers"],
    });
  });

  it("is found where older gateways keep the locks of all, by its configuration, and none of the others", async () => {
    await using tree = await temporaryTree();
    await using shared = await temporaryTree();
    const lock = (configPath: string): Promise<string> =>
      startOf(process.pid).then((startTime) =>
        JSON.stringify({ pid: process.pid, createdAt: "x", configPath, port: 18_789, startTime }),
      );
    vi.stubEnv("TMPDIR", shared.path);
    await shared.write("openclaw-0/gateway.d3ceb855.lock", await lock("/home/other/.openclaw/openclaw.json"));
    expect((await findOwner(tree.path, { now })).kind).toBe("nobody");
    await shared.write("openclaw-0/gateway.0a1b2c3d.lock", await lock(`${tree.path}/openclaw.json`));
    expect(await findOwner(tree.path, { now })).toMatchObject({ kind: "alive", pid: process.pid });
    vi.unstubAllEnvs();
  });

  it("is not believed to be whom a stranger names where anybody can write, nor waited for in a pipe of his", async () => {
    await using tree = await temporaryTree();
    await using shared = await temporaryTree();
    vi.stubEnv("TMPDIR", shared.path);
    const named = JSON.stringify({
      pid: process.pid,
      createdAt: "x",
      configPath: `${tree.path}/openclaw.json`,
      startTime: await startOf(process.pid),
    });
    const lock = await shared.write("openclaw-0/gateway.0a1b2c3d.lock", named);
    execFileSync("mkfifo", [join(dirname(lock), "gateway.d3ceb855.lock")]);
    // Only root can give a file away.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(lock, 12_345, 12_345);
    expect((await findOwner(tree.path, { now })).kind).toBe(isRoot ? "nobody" : "alive");
    if (isRoot) await chown(lock, 0, 0);
    expect((await findOwner(tree.path, { now })).kind).toBe("alive");
    vi.unstubAllEnvs();
  });

  it("is dead when another process has its number now", async () => {
    await using tree = await temporaryTree();
    await lockOf(tree, { pid: process.pid, startTime: (await startOf(process.pid)) + 1 });
    const owner = await findOwner(tree.path, { now });
    expect(owner.kind).toBe("dead");
    expect(owner.evidence[0]).toContain("belongs to a later process");
  });

  it("is dead when its process was killed, also before anybody collected it", async () => {
    await using tree = await temporaryTree();
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const { pid } = child;
    if (pid === undefined) throw new Error("no process");
    await lockOf(tree, { pid, startTime: await startOf(pid) });
    expect((await findOwner(tree.path, { now })).kind).toBe("alive");
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect((await findOwner(tree.path, { now })).kind).toBe("dead");
  });

  it.each([
    ["a lock that cannot be understood", "garbage"],
    ["an empty lock", ""],
    ["a lock without a process", { port: 1 }],
    ["a lock whose process number is none", { pid: -1 }],
    ["a running process whose start the lock does not tell", { pid: process.pid }],
  ])("is unknown with %s", async (_what, lock) => {
    await using tree = await temporaryTree();
    await lockOf(tree, lock);
    expect((await findOwner(tree.path, { now })).kind).toBe("unknown");
  });

  it("is unknown when the lock says gone and the port answers", async () => {
    await using tree = await temporaryTree();
    await lockOf(tree, { pid: 4_000_000, startTime: 5, port: 1 });
    expect((await findOwner(tree.path, { now, probe: { port: 1, answered: false } })).kind).toBe("dead");
    const owner = await findOwner(tree.path, { now, probe: { port: 1, answered: true } });
    expect(owner).toMatchObject({ kind: "unknown", pid: 4_000_000 });
  });

  it("may run on another host while its lease there has not run out", async () => {
    await using tree = await temporaryTree();
    const lease = { host: "elsewhere", expiresAt: now + 1 };
    expect((await findOwner(tree.path, { now, lease })).kind).toBe("unknown");
    expect((await findOwner(tree.path, { now, lease: { ...lease, expiresAt: now } })).kind).toBe("nobody");
    expect((await findOwner(tree.path, { now, lease: { ...lease, host: hostname() } })).kind).toBe("nobody");
  });

  it("of a copy is the one of the original, which the evidence says", async () => {
    await using tree = await temporaryTree();
    await lockOf(tree, { pid: process.pid, startTime: await startOf(process.pid), stateDir: "/original" });
    expect(await findOwner(tree.path, { now })).toMatchObject({
      kind: "alive",
      evidence: [`the lock names gateway process ${process.pid} of /original, which runs`],
    });
  });

  it("is looked for under every uid, and one that lives is enough", async () => {
    await using tree = await temporaryTree();
    await lockOf(tree, { pid: 4_000_000, startTime: 5 });
    await tree.write(
      "tmp/openclaw-1000/gateway.state.lock",
      JSON.stringify({ pid: process.pid, startTime: await startOf(process.pid), role: "sqlite-maintenance" }),
    );
    expect(await findOwner(tree.path, { now })).toMatchObject({ kind: "alive", role: "sqlite-maintenance" });
  });
});

describe("the start of a process", () => {
  it("is read behind a name with brackets and spaces in it", () => {
    const fields = ["S", ...Array.from({ length: 18 }, () => "1"), "4242", "0"].join(" ");
    expect(parseLinuxStat(`7 (a) b (c)) ${fields}`)).toEqual({ kind: "running", startTime: 4_242 });
    expect(parseLinuxStat("7 (x) Z 1 1")).toEqual({ kind: "gone" });
    expect(parseLinuxStat("nonsense")).toEqual({ kind: "running" });
  });

  it("is that of this process, and none of a number nobody has", async () => {
    expect(await processState(process.pid)).toMatchObject({ kind: "running" });
    expect(await processState(4_000_000)).toEqual({ kind: "gone" });
  });
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../bench.ts";
import { changeState, makeState, sizes, type StateSize } from "./make-state.ts";
import { borg, clawback, restic, type Command, type Tool } from "./tools.ts";
import { runWhole, type WholeCommand } from "./whole-command.ts";

/**
 * The vault beside restic and borg, when they are installed: `node test/bench/vault/compare.ts --size medium
 * --generations 5`. What runs is the program as it is shipped, `clawback snapshots save` and its like, with all that they
 * do besides (sessions, vitals, rows of tables). Every tool sees the same directory at the same moment, in turns whose
 * order rotates; every figure is a whole process, start to end; ratios are of medians of the time that passes. The time
 * of the processors stands beside it, because on a busy machine only that says what was done.
 *
 * `--generations 1 --repeat 0` measures the first snapshot and the size of the repository alone.
 *
 * Restores go into fresh directories with the disk settled before, because removing the last one right before the next
 * costs every tool two seconds of the kernel's time.
 */
const { values } = parseArgs({
  options: {
    size: { type: "string", default: "small" },
    generations: { type: "string", default: "3" },
    rate: { type: "string", default: "1" },
    repeat: { type: "string", default: "3" },
    compression: { type: "string", default: "lz4" },
    // Where it all lies, when not in the system's own place for such things: a memory disk, or the disk that counts.
    work: { type: "string", default: tmpdir() },
    keep: { type: "boolean", default: false },
  },
});
const size = (Object.keys(sizes) as StateSize[]).find((each) => each === values.size);
if (size === undefined) throw new Error(`no such size: ${values.size}`);
const [generations, repeat] = [Number(values.generations), Number(values.repeat)];

const root = join(import.meta.dirname, "../../..");
const work = mkdtempSync(join(values.work, "clawback-bench-"));
const state = join(work, "state");

const measure = async (tool: Tool, { words, directory = work }: Command): Promise<WholeCommand> =>
  await runWhole(words, { directory, env: { ...process.env, HOME: work, ...tool.env } });

const bytesOf = (path: string): number =>
  Number(spawnSync("du", ["-sb", path], { encoding: "utf8" }).stdout.split("\t")[0] ?? 0);

const results = new Map<string, Map<string, WholeCommand[]>>();
const note = (operation: string, tool: Tool, measured: WholeCommand): void => {
  const row = results.get(operation) ?? new Map<string, WholeCommand[]>();
  row.set(tool.name, [...(row.get(tool.name) ?? []), measured]);
  results.set(operation, row);
  console.error(
    `${operation} ${tool.name} ${measured.seconds.toFixed(2)} s ${measured.megabytes.toFixed(0)} MB`,
  );
};

const settle = (): void => {
  spawnSync("sync");
};

try {
  const program = join(root, "bin/clawback.cjs");
  const built = spawnSync(process.execPath, [join(root, "scripts/build.ts")], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("the program could not be built");
  makeState(state, size, 1);
  const sessions = "agents/main/sessions";
  const one = `${sessions}/${readdirSync(join(state, sessions)).toSorted((a, b) => (a < b ? -1 : 1))[3] ?? ""}`;
  const placeOf = (name: string) => {
    const place = join(work, name);
    mkdirSync(place);
    return { work: place, state, one };
  };
  const tools: readonly Tool[] = [
    clawback(placeOf("clawback"), program, values.compression),
    restic(placeOf("restic")),
    borg(placeOf("borg")),
  ].filter((tool) => tool !== undefined);
  let turn = 0;
  const inTurn = async (operation: string, command: (tool: Tool) => Command): Promise<void> => {
    turn += 1;
    for (let at = 0; at < tools.length; at += 1) {
      const tool = tools[(at + turn) % tools.length];
      if (tool !== undefined) note(operation, tool, await measure(tool, command(tool)));
    }
  };

  for (const tool of tools) await measure(tool, tool.init);
  let round = 1;
  await inTurn("first", (tool) => tool.save(round));
  const after = new Map(tools.map((tool) => [tool.name, bytesOf(tool.repository)]));
  for (let again = 0; again < repeat; again += 1) {
    round += 1;
    await inTurn("nothing changed", (tool) => tool.save(round));
  }
  for (let generation = 2; generation <= generations; generation += 1) {
    changeState(state, generation, Number(values.rate));
    round += 1;
    await inTurn("incremental", (tool) => tool.save(round));
  }
  for (let again = 0; again < repeat; again += 1) {
    await inTurn("list", (tool) => tool.list);
    await inTurn("diff", (tool) => tool.diff(round));
    await inTurn("check structure", (tool) => tool.structure);
    if (again < 2) await inTurn("verify all data", (tool) => tool.verify);
    for (const operation of ["restore", "one file"] as const) {
      await inTurn(operation, (tool) => {
        const target = join(work, `out-${operation.slice(0, 3)}-${tool.name}-${again}`);
        mkdirSync(target);
        settle();
        return operation === "restore" ? tool.restore(target, round) : tool.one(target, round);
      });
    }
  }
  const restored = spawnSync(
    "/usr/bin/diff",
    ["-rq", state, join(work, "out-res-" + (tools[0]?.name ?? "") + "-0")],
    {
      encoding: "utf8",
    },
  );
  if (repeat > 0 && restored.stdout !== "")
    throw new Error(`what was restored differs: ${restored.stdout.slice(0, 300)}`);

  const { model = "?" } = cpus()[0] ?? {};
  console.log(
    `\n${size}, ${generations} generations at rate ${values.rate}, ${values.compression}; ${model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? "?"}, Node ${process.version}\n`,
  );
  const [subject, ...others] = tools;
  console.log(
    `| | ${tools.map(({ name }) => name).join(" | ")} | ${others.map(({ name }) => `× ${name}`).join(" | ")} |`,
  );
  console.log(`|---${"|---".repeat(tools.length + others.length)}|`);
  for (const [operation, row] of results) {
    const seconds = (tool: Tool) => median((row.get(tool.name) ?? []).map((each) => each.seconds));
    const cpuSeconds = (tool: Tool) => median((row.get(tool.name) ?? []).map((each) => each.cpuSeconds));
    const memory = (tool: Tool) => Math.max(...(row.get(tool.name) ?? []).map((each) => each.megabytes));
    const own = subject === undefined ? 0 : seconds(subject);
    console.log(
      `| ${operation} | ${tools.map((tool) => `${seconds(tool).toFixed(3)} s, cpu ${cpuSeconds(tool).toFixed(2)} s, ${memory(tool).toFixed(0)} MB`).join(" | ")} | ${others.map((tool) => (seconds(tool) / own).toFixed(2)).join(" | ")} |`,
    );
  }
  const growth = (tool: Tool) =>
    (bytesOf(tool.repository) - (after.get(tool.name) ?? 0)) / Math.max(1, generations - 1);
  for (const [label, of] of [
    ["repository after one", (tool: Tool) => after.get(tool.name) ?? 0],
    ...(generations > 1 ? [["growth per generation", growth] as const] : []),
  ] as const) {
    const own = subject === undefined ? 1 : of(subject);
    console.log(
      `| ${label} | ${tools.map((tool) => `${(of(tool) / 1e6).toFixed(1)} MB`).join(" | ")} | ${others.map((tool) => (of(tool) / own).toFixed(2)).join(" | ")} |`,
    );
  }
} finally {
  if (!values.keep) rmSync(work, { recursive: true, force: true });
}

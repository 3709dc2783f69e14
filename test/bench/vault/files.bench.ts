import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, type Bench } from "../bench.ts";

const program = join(import.meta.dirname, "../../../bin/clawback.cjs");
const files = 20_000;
const directories = 100;
const rounds = 5;

/** Two snapshots of many files, one in a hundred of them changed, compared by the program as it is shipped. */
export const filesBench: Bench = {
  title: "comparing two snapshots of 20,000 files, whole commands",
  run: async function* () {
    const work = mkdtempSync(join(tmpdir(), "clawback-files-"));
    const run = (...words: readonly string[]): number => {
      const startedAt = performance.now();
      const ran = spawnSync(
        process.execPath,
        [program, "--vault", join(work, "vault"), "--state-dir", join(work, "state"), ...words],
        { env: { ...process.env, HOME: work, XDG_CONFIG_HOME: join(work, "config") }, encoding: "utf8" },
      );
      if (ran.status !== 0) throw new Error(`${words.join(" ")} failed: ${ran.stderr.slice(-500)}`);
      return performance.now() - startedAt;
    };
    const placeOf = (at: number): string => join(work, "state/workspace", `d${at % directories}`, `${at}.md`);
    try {
      for (let at = 0; at < directories; at += 1)
        mkdirSync(join(work, "state/workspace", `d${at}`), { recursive: true });
      for (let at = 0; at < files; at += 1) writeFileSync(placeOf(at), `note ${at}\n`);
      writeFileSync(join(work, "state/openclaw.json"), "{}");
      run("vault", "init");
      run("snapshots", "save");
      for (let at = 0; at < files; at += 100) appendFileSync(placeOf(at), "and more\n");
      yield { what: "saving after 200 of them changed", value: run("snapshots", "save"), unit: "ms" };
      const times = Array.from({ length: rounds }, () => run("snapshots", "compare", "latest~1", "latest"));
      yield { what: "comparing the two snapshots", value: median(times), unit: "ms", bar: 1_000 };
      const live = Array.from({ length: rounds }, () => run("snapshots", "compare", "latest", "live"));
      yield {
        what: "comparing the newest with what is there now",
        value: median(live),
        unit: "ms",
        bar: 1_000,
      };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
};

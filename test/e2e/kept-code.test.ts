import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConsole } from "../support/terminal/index.ts";

const program = join(import.meta.dirname, "../../bin/clawback.cjs");

let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "clawback-kept-"));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const start = async (env: Record<string, string>): Promise<string> =>
  (await promisify(execFile)(process.execPath, [program, "--version"], { env })).stdout;

/** The directory of this build, and what is kept in it. */
const keptBuild = async (): Promise<{ readonly place: string; readonly names: readonly string[] }> => {
  const code = join(cache, "clawback/code");
  const builds = await readdir(code);
  const place = join(code, builds.toSorted().at(-1) ?? "");
  return { place, names: await readdir(place) };
};

describe("the code that is kept from one start to the next", () => {
  it("lies in the cache directory of the user, closed to everybody else", async () => {
    await start({ XDG_CACHE_HOME: cache });
    const { place, names } = await keptBuild();
    expect(names).toEqual([expect.stringContaining(process.version)]);
    for (const directory of ["clawback", "clawback/code"])
      expect((await stat(join(cache, directory))).mode & 0o777).toBe(0o700);
    expect((await stat(place)).mode & 0o777).toBe(0o700);
  });

  it("is not taken from a directory that others can write to", async () => {
    await start({ XDG_CACHE_HOME: cache });
    const { place, names } = await keptBuild();
    for (const name of names) await rm(join(place, name), { recursive: true });
    await chmod(place, 0o777);
    expect(await start({ XDG_CACHE_HOME: cache })).toMatch(/^clawback \d/);
    expect((await keptBuild()).names).toEqual([]);
  });

  it("is kept behind the first frame of a console, however that ends", async () => {
    await using console = await openConsole({
      command: [process.execPath, program],
      args: ["demo"],
      columns: 80,
      rows: 24,
      env: { HOME: cache, XDG_CACHE_HOME: cache, XDG_STATE_HOME: join(cache, "state"), TMPDIR: cache },
    });
    await console.sees("prod-eu");
    const code = join(cache, "clawback/code");
    // A directory for the build, one in it for the Node, and what that has compiled.
    await console.until(
      "code that is kept while the console runs",
      () =>
        existsSync(code) &&
        readdirSync(code, { recursive: true, encoding: "utf8" }).some((name) => name.split("/").length > 2),
    );
  });

  it("is that of the last builds only", async () => {
    for (const [at, build] of ["dddddddd", "aaaaaaaa", "bbbbbbbb", "cccccccc"].entries()) {
      const place = join(cache, "clawback/code", build);
      await mkdir(place, { recursive: true });
      await utimes(place, 1_700_000_000 + at, 1_700_000_000 + at);
    }
    await start({ XDG_CACHE_HOME: cache });
    const builds = await readdir(join(cache, "clawback/code"));
    expect(builds).toHaveLength(3);
    expect(builds).toEqual(expect.arrayContaining(["bbbbbbbb", "cccccccc"]));
  });

  it("is done without where there is no home to keep it in", async () => {
    const version = await start({ XDG_CACHE_HOME: cache });
    expect(await start({})).toBe(version);
    expect(await start({ HOME: "/proc" })).toBe(version);
    expect(await start({ HOME: join(cache, "not/there") })).toBe(version);
    expect(await start({ XDG_CACHE_HOME: "/dev/null" })).toBe(version);
  });
});

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecret } from "../../../src/clients/index.ts";
import { Problem } from "../../../src/ground/index.ts";

let dir = "";

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "clawback-secret-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Problem) return outcome;
  throw new Error(`no Problem but ${String(outcome)}`);
};

describe("a secret", () => {
  it("comes from the environment", async () => {
    expect(await readSecret({ kind: "env", name: "T" }, { T: "abc" })).toEqual({ value: "abc" });
    const problem = await problemOf(readSecret({ kind: "env", name: "T" }, {}));
    expect(problem).toMatchObject({ code: "SECRET_EMPTY", exit: 3 });
    expect(problem.message).toContain("environment variable T");
  });

  it("comes from a file without the end of line an editor adds", async () => {
    const path = join(dir, "token");
    await writeFile(path, "abc\n", { mode: 0o600 });
    expect(await readSecret({ kind: "file", path })).toEqual({ value: "abc" });
  });

  it("comes with a warning from a file that others can read", async () => {
    const path = join(dir, "token");
    await writeFile(path, "abc");
    await chmod(path, 0o644);
    const secret = await readSecret({ kind: "file", path });
    expect(secret.value).toBe("abc");
    expect(secret.warning).toBe(`${path} can be read by others (mode 0644): chmod 600 ${path}`);
  });

  it("comes with a warning from the configuration itself", async () => {
    expect((await readSecret({ kind: "inline", value: "abc" })).warning).toMatch(/configuration itself/);
  });

  it("comes from a command that no shell has a hand in", async () => {
    const print = "process.stdout.write(process.argv[1] + '\\n')";
    const argv = [process.execPath, "-e", print, "$(id); `id` && x"];
    expect(await readSecret({ kind: "command", argv })).toEqual({ value: "$(id); `id` && x" });
  });

  it("is in no message when its command fails, nor is what it printed", async () => {
    const script = "console.error('canary-err'); console.log('canary-out'); process.exit(3)";
    const problem = await problemOf(
      readSecret({ kind: "command", argv: [process.execPath, "-e", script, "canary-arg"] }),
    );
    expect(problem.message).toMatch(/exit code 3/);
    expect(JSON.stringify([problem.message, problem.hint, String(problem.cause)])).not.toContain("canary");
  });

  it("is waited for no longer than it may take, even from a command that does not want to end", async () => {
    const problem = await problemOf(
      readSecret(
        { kind: "command", argv: ["sh", "-c", "trap '' TERM; sleep 60 & wait; wait"] },
        process.env,
        200,
      ),
    );
    expect(problem.message).toMatch(/ended by SIGKILL/);
  });

  it("comes from a command that leaves something running behind it", async () => {
    const argv = ["sh", "-c", "sleep 60 & echo token-canary"];
    expect(await readSecret({ kind: "command", argv })).toEqual({ value: "token-canary" });
  });

  it("is refused when it is empty, many lines or missing", async () => {
    const path = join(dir, "token");
    await writeFile(path, "\n", { mode: 0o600 });
    expect((await problemOf(readSecret({ kind: "file", path }))).code).toBe("SECRET_EMPTY");
    await writeFile(path, "a\nb\n", { mode: 0o600 });
    expect((await problemOf(readSecret({ kind: "file", path }))).code).toBe("SECRET_SHAPE");
    await writeFile(path, "a".repeat(20_000), { mode: 0o600 });
    expect((await problemOf(readSecret({ kind: "file", path }))).code).toBe("SECRET_SHAPE");
    expect((await problemOf(readSecret({ kind: "file", path: join(dir, "none") }))).code).toBe("SECRET_FILE");
    expect((await problemOf(readSecret({ kind: "command", argv: [] }))).code).toBe("SECRET_COMMAND");
    expect((await problemOf(readSecret({ kind: "command", argv: [join(dir, "none")] }))).code).toBe(
      "SECRET_COMMAND",
    );
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "../../../src/ui/cli/run.ts";
import { clawback, type Answer } from "../../support/command-line.ts";

/** Somebody's home with a small gateway from before SQLite, and everything clawback keeps in it. */
export type VaultHome = AsyncDisposable & {
  readonly home: string;
  readonly stateDir: string;
  readonly run: (argv: readonly string[], world?: Partial<World>) => Promise<Answer>;
  /** The same, for a document. */
  readonly json: (argv: readonly string[]) => Promise<unknown>;
  readonly write: (path: string, text: string) => Promise<void>;
};

const sessionRow = (id: string, totalTokens: number): object => ({
  sessionId: id,
  updatedAt: 1_772_448_000_000,
  totalTokens,
  totalTokensFresh: true,
  contextTokens: 100_000,
});

export const sessionFiles = (
  sessions: Readonly<Record<string, { readonly tokens: number; readonly messages: number }>>,
): Readonly<Record<string, string>> => {
  const rows = Object.entries(sessions).map(
    ([key, { tokens }]) => [key, sessionRow(idOf(key), tokens)] as const,
  );
  const transcripts = Object.entries(sessions).map(
    ([key, { messages }]) =>
      [
        `agents/main/sessions/${idOf(key)}.jsonl`,
        Array.from(
          { length: messages },
          (_, at) => `${JSON.stringify({ type: "message", id: `m${at}`, message: { role: "user" } })}\n`,
        ).join(""),
      ] as const,
  );
  return {
    "agents/main/sessions/sessions.json": JSON.stringify(Object.fromEntries(rows)),
    ...Object.fromEntries(transcripts),
  };
};

const idOf = (key: string): string => key.replaceAll(/\W/g, "-");

export const vaultHome = async (): Promise<VaultHome> => {
  const home = await mkdtemp(join(tmpdir(), "clawback-home-"));
  const stateDir = join(home, ".openclaw");
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(stateDir, path, ".."), { recursive: true });
    await writeFile(join(stateDir, path), text);
  };
  await write(
    "openclaw.json",
    JSON.stringify({ gateway: { port: 18789, auth: { token: "first-secret-value" } } }),
  );
  await write("workspace/MEMORY.md", "# Memory\n\n- the kettle is broken\n");
  const sessions = sessionFiles({ "agent:main:main": { tokens: 52_000, messages: 4 } });
  for (const [path, text] of Object.entries(sessions)) await write(path, text);
  const run: VaultHome["run"] = (argv, world) => clawback(argv, { env: { HOME: home }, cwd: home, ...world });
  return {
    home,
    stateDir,
    run,
    write,
    json: async (argv) => {
      const { out, err, code } = await run([...argv, "--json"]);
      if (code !== 0) throw new Error(`${code}: ${err}${out}`);
      return JSON.parse(out) as unknown;
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
};

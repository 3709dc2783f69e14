import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export const openingBalance = 1_000_000;
const accounts = 200;

export const makeBank = (directory: string): { readonly left: string; readonly right: string } => {
  const left = join(directory, "left.sqlite");
  const right = join(directory, "right.sqlite");
  for (const path of [left, right]) {
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA page_size=4096;
      CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER, step INTEGER);
      CREATE TABLE history(step INTEGER PRIMARY KEY, note TEXT);`);
    const insert = database.prepare("INSERT INTO account VALUES(?, ?, 0)");
    for (let id = 1; id <= accounts; id += 1) insert.run(id, openingBalance);
    database.close();
  }
  return { left, right };
};

export type Teller = AsyncDisposable & { readonly steps: () => Promise<number> };

/** A process that moves money until disposed. */
export const startTeller = async (
  bank: { readonly left: string; readonly right: string },
  mode: string,
): Promise<Teller> => {
  const child = fork(join(import.meta.dirname, "bank.child.ts"), [bank.left, bank.right, mode], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  return {
    steps: async () => {
      child.send("how far?");
      const [answer] = (await once(child, "message")) as [{ readonly step: number }];
      return answer.step;
    },
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
};

export type Audit = {
  readonly integrity: string;
  readonly step: number;
  readonly missing: number;
  readonly total: number;
};

/** What one side of a bank says about itself. */
export const audit = (path: string): Audit => {
  const database = new DatabaseSync(path);
  try {
    const one = (sql: string): Record<string, unknown> => database.prepare(sql).get() ?? {};
    const number = (value: unknown): number => (typeof value === "number" ? value : 0);
    return {
      integrity: String(one("PRAGMA integrity_check")["integrity_check"]),
      step: number(one("SELECT max(step) AS step FROM account")["step"]),
      missing: number(one("SELECT coalesce(max(step), 0) - count(*) AS missing FROM history")["missing"]),
      total: number(one("SELECT sum(balance) AS total FROM account")["total"]),
    };
  } finally {
    database.close();
  }
};

/** The sum both sides must make at these steps: a transfer that is only half done is known by its number. */
export const expectedTotal = (leftStep: number, rightStep: number): number => {
  let total = 2 * accounts * openingBalance;
  for (let step = rightStep + 1; step <= leftStep; step += 1) total -= 1 + (step % 9);
  return total;
};

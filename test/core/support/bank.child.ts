import { DatabaseSync } from "node:sqlite";

/**
 * A program that moves money between two databases as fast as it can: it takes from one, then gives to the other, in
 * two transactions of which the second repeats the number of the first. At every moment the two differ by at most the
 * transfer under way; a copy that mixes moments differs by more, or has other sums.
 *
 * Arguments: the two databases, the journal mode.
 */
const [, , from = "", to = "", mode = "wal"] = process.argv;

const open = (path: string) => {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(`PRAGMA journal_mode=${mode}; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=50`);
  return database;
};

const left = open(from);
const right = open(to);
const take = left.prepare("UPDATE account SET balance = balance - ?, step = ? WHERE id = ?");
const took = left.prepare("INSERT INTO history(step, note) VALUES(?, ?)");
const give = right.prepare("UPDATE account SET balance = balance + ?, step = ? WHERE id = ?");
const gave = right.prepare("INSERT INTO history(step, note) VALUES(?, ?)");

let step = 0;
const move = () => {
  step += 1;
  const amount = 1 + (step % 9);
  const account = 1 + (step % 200);
  const note = "x".repeat(50 + (step % 700));
  left.exec("BEGIN IMMEDIATE");
  take.run(amount, step, account);
  took.run(step, note);
  left.exec("COMMIT");
  right.exec("BEGIN IMMEDIATE");
  give.run(amount, step, account);
  gave.run(step, note);
  right.exec("COMMIT");
};

process.on("message", () => {
  process.send?.({ step });
});
process.on("disconnect", () => {
  process.exit(0);
});

// Several hundred transfers a second, without a pause long enough to slip a snapshot into by luck.
const go = () => {
  move();
  setTimeout(go, 1);
};
move();
process.send?.({ step });
go();

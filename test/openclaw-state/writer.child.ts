import { DatabaseSync } from "node:sqlite";

/**
 * Another process that writes sessions as a gateway would: always a pair of them in one transaction, so that whoever
 * reads an odd number has seen half of one. Begins anew when there are many, so that the file stays small. Says so after
 * each round, until it is killed.
 */
const [path = ""] = process.argv.slice(2);
const database = new DatabaseSync(path, { timeout: 5_000 });
const insert = database.prepare(
  "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at) VALUES (?, ?, '{}', 1)",
);
let count = 0;
const write = (): void => {
  for (let round = 0; round < 20; round += 1) {
    database.exec("BEGIN IMMEDIATE");
    if (count % 400 === 0) database.exec("DELETE FROM session_nodes");
    insert.run(`agent:main:${count}`, String(count));
    insert.run(`agent:main:${count + 1}`, String(count + 1));
    database.exec("COMMIT");
    count += 2;
  }
  process.stdout.write(`${count}\n`);
  setImmediate(write);
};
write();

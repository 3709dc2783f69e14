import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { randomFrom, type Random } from "./random.ts";

/**
 * State directories as they grow under a gateway: half of the bytes in SQLite (sessions, messages, embeddings), a third
 * in transcripts of very different lengths, the rest attachments and thousands of small notes. `change` is a step of
 * life: rows updated here and there, transcripts appended, a few notes edited, the configuration replaced.
 */
export const sizes = {
  small: {
    databases: 22e6,
    transcripts: 17e6,
    attachments: 8e6,
    transcriptFiles: 60,
    notes: 330,
    configs: 80,
    agents: 2,
  },
  medium: {
    databases: 230e6,
    transcripts: 175e6,
    attachments: 70e6,
    transcriptFiles: 500,
    notes: 3_500,
    configs: 840,
    agents: 4,
  },
  large: {
    databases: 900e6,
    transcripts: 720e6,
    attachments: 290e6,
    transcriptFiles: 2_000,
    notes: 14_000,
    configs: 3_420,
    agents: 6,
  },
} as const;
export type StateSize = keyof typeof sizes;

const write = (directory: string, name: string, content: string | Buffer): void => {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content, { mode: 0o600 });
};

const eventLine = (random: Random, number: number): string =>
  `${JSON.stringify({
    type: "message",
    id: random.bytes(4).toString("hex"),
    timestamp: 1_760_000_000_000 + number * 7_000,
    message: {
      role: number % 3 === 0 ? "user" : "assistant",
      text: random.words(20 + random.below(400)),
      usage: { input: random.below(90_000), output: random.below(4_000) },
    },
  })}\n`;

const note = (random: Random): string =>
  `# ${random.words(3)}\n\n- ${random.words(40 + random.below(160))}\n- ${random.words(40)}\n`;

export const makeState = (directory: string, size: StateSize, seed: number): void => {
  const plan = sizes[size];
  const random = randomFrom(seed * 7_919 + 17);
  const agents = Array.from({ length: plan.agents }, (_, at) => (at === 0 ? "main" : `agent${at}`));
  write(directory, "openclaw.json", JSON.stringify({ gateway: { port: 18_789 }, agents }, undefined, 2));
  for (let at = 0; at < plan.configs; at += 1) {
    write(
      directory,
      `cron/job-${at}.json`,
      JSON.stringify({ id: at, text: random.words(10 + random.below(190)) }),
    );
  }
  for (let at = 0; at < plan.notes; at += 1)
    write(directory, `workspace/memory/${2_020 + (at % 7)}-${at}.md`, note(random));
  const weights = Array.from({ length: plan.transcriptFiles }, () => (1 - random.next()) ** -0.7);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  weights.forEach((weight, at) => {
    const path = join(
      directory,
      `agents/${agents[at % agents.length] ?? "main"}/sessions/session-${at}.jsonl`,
    );
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, "w", 0o600);
    let left = (weight / total) * plan.transcripts;
    for (let line = 0; left > 0; line += 1) left -= writeSync(file, eventLine(random, line));
    closeSync(file);
  });
  for (let at = 0, each = plan.attachments / (plan.agents * 35); at < plan.agents * 35; at += 1) {
    write(
      directory,
      `media/inbound/image-${at}.jpg`,
      random.bytes(Math.round(each * (0.3 + 1.4 * random.next()))),
    );
  }
  makeDatabase(join(directory, "state/openclaw.sqlite"), plan.databases * 0.25, false, random);
  for (const agent of agents) {
    makeDatabase(
      join(directory, `agents/${agent}/agent/openclaw-agent.sqlite`),
      (plan.databases * 0.4) / agents.length,
      false,
      random,
    );
    makeDatabase(
      join(directory, `memory/${agent}.sqlite`),
      (plan.databases * 0.35) / agents.length,
      true,
      random,
    );
  }
};

const makeDatabase = (path: string, bytes: number, embeddings: boolean, random: Random): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;
    CREATE TABLE messages(id INTEGER PRIMARY KEY, session INTEGER, body TEXT, embedding BLOB, cost REAL);
    CREATE INDEX by_session ON messages(session)`);
  insertRows(database, bytes, embeddings, random);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
};

const insertRows = (database: DatabaseSync, bytes: number, embeddings: boolean, random: Random): void => {
  const insert = database.prepare("INSERT INTO messages(session, body, embedding, cost) VALUES(?, ?, ?, ?)");
  database.exec("BEGIN");
  for (let left = bytes; left > 0;) {
    const body = random.words(embeddings ? 60 : 10 + random.below(250));
    const embedding = embeddings ? random.bytes(1_536) : null;
    insert.run(random.below(5_000), body, embedding, random.next());
    left -= body.length + (embedding?.length ?? 0) + 40;
  }
  database.exec("COMMIT");
};

const below = (directory: string, ending: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => join(directory, name));

/** `rate` 1 is a busy five minutes, 0.05 an ordinary half one. */
export const changeState = (directory: string, seed: number, rate: number): void => {
  const random = randomFrom(seed * 104_729 + 3);
  const some = (count: number, share: number) => Math.max(1, Math.round(count * share * rate));
  const pick = (paths: readonly string[]) => paths[random.below(paths.length)] ?? "";
  const transcripts = below(directory, ".jsonl");
  for (let left = some(transcripts.length, 0.03); left > 0; left -= 1) {
    let lines = "";
    for (let line = 1 + random.below(12); line > 0; line -= 1) lines += eventLine(random, line);
    appendFileSync(pick(transcripts), lines);
  }
  const notes = below(directory, ".md");
  for (let left = some(notes.length, 0.005); left > 0; left -= 1)
    appendFileSync(pick(notes), `- ${random.words(20)}\n`);
  rmSync(pick(notes), { force: true });
  write(directory, `workspace/memory/new-${seed}.md`, note(random));
  write(directory, `media/inbound/new-${seed}.jpg`, random.bytes(150_000));
  const config = join(directory, "openclaw.json");
  writeFileSync(`${config}.new`, `${readFileSync(config, "utf8")}\n// ${seed}`, { mode: 0o600 });
  renameSync(`${config}.new`, config);
  for (const path of below(directory, ".sqlite")) changeDatabase(path, rate, random);
};

const changeDatabase = (path: string, rate: number, random: Random): void => {
  const database = new DatabaseSync(path);
  const count = Number(database.prepare("SELECT max(id) AS count FROM messages").get()?.["count"] ?? 1);
  const update = database.prepare("UPDATE messages SET cost = ? WHERE id = ?");
  database.exec("PRAGMA synchronous=OFF; BEGIN IMMEDIATE");
  // Half of what changes is recent, half is anywhere.
  for (let left = Math.max(1, Math.round(count * 0.01 * rate)); left > 0; left -= 1) {
    const recent = random.next() < 0.5;
    update.run(random.next(), recent ? count - random.below(Math.ceil(count / 20)) : 1 + random.below(count));
  }
  database.exec("COMMIT");
  insertRows(database, count * rate * 0.4, path.includes("memory/"), random);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
};

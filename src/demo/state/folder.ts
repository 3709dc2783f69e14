import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dayMs } from "../../ground/index.ts";
import { heroSession, largeModel, smallAnswers, smallModel, smallTalk, type GatewayCast } from "../cast.ts";
import type { Random } from "../random.ts";
import { budgetOf, type Session, type TranscriptEntry, type WrittenEvent } from "../session.ts";
import { assistantEvent, sessionEvent, userEvent } from "../transcript-events.ts";
import { agentDatabase } from "./agent-database.ts";
import { configText } from "./config.ts";
import { createDatabase, inTransaction } from "./database.ts";
import { agentSchema, agentSchemaVersion, stateSchema, stateSchemaVersion } from "./schema.ts";
import { agentDatabasePath, fillStateDatabase } from "./state-database.ts";

/** Makes the state directory and workspaces of one gateway as its past has left them: real files, real databases. */
export const makeStateFolder = (
  cast: GatewayCast,
  given: {
    readonly stateDir: string;
    readonly port: number;
    readonly token: string;
    readonly random: Random;
    readonly now: number;
  },
): void => {
  const { stateDir, random, now } = given;
  const folder = (...parts: string[]): string => {
    const path = join(stateDir, ...parts);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const file = (path: string, content: string | Uint8Array): void => {
    writeFileSync(path, content, { mode: 0o600 });
  };
  folder();
  const workspace = folder("workspace");
  const createdAt = now - cast.uptimeMs - 40 * dayMs;
  file(
    join(stateDir, "openclaw.json"),
    configText(cast, {
      port: given.port,
      token: given.token,
      workspace,
      secret: (name) => `demo-${name}-${random.hex(24)}`,
    }),
  );
  file(join(stateDir, "config-journal-fingerprint.key"), Buffer.from(random.hex(64), "hex"));
  for (const channel of cast.channels) {
    file(
      join(folder("credentials", channel), "default.json"),
      `${JSON.stringify({ accountId: "default", session: random.token() }, null, 2)}\n`,
    );
  }
  folder("media", "outbound");
  file(
    join(workspace, "AGENTS.md"),
    "# Agents of the harbour\n\nThey answer questions about boats, bait and tides.\n",
  );
  file(join(workspace, "MEMORY.md"), memoryText(random, 12));
  const memoryFiles = ["MEMORY.md"];
  for (let day = 1; day <= 6; day += 1) {
    const name = `memory/${new Date(now - day * dayMs).toISOString().slice(0, 10)}.md`;
    folder("workspace", "memory");
    file(join(workspace, name), memoryText(random, random.between(4, 9)));
    memoryFiles.push(name);
  }

  folder("state");
  const state = createDatabase(join(stateDir, "state", "openclaw.sqlite"), stateSchema, stateSchemaVersion);
  inTransaction(state, () => {
    const boots = [3, 2, 1].map((step) => {
      const startedAt = now - cast.uptimeMs - step * 9 * dayMs;
      return {
        bootId: random.uuid(),
        pid: random.between(900, 31_000),
        startedAt,
        endedAt: startedAt + 9 * dayMs - 14_000,
      };
    });
    const cron = cast.agents.map((agentId) => ({
      id: random.uuid(),
      agentId,
      name: `heartbeat-${agentId}`,
      everyMs: 1_800_000,
    }));
    fillStateDatabase(state, {
      version: cast.version,
      createdAt,
      agents: cast.agents,
      boots,
      cron,
      stateDir,
    });
  });
  state.close();

  const sessions = pastSessions(cast, random, now, workspace);
  for (const agentId of cast.agents) {
    folder("agents", agentId, "agent");
    const database = createDatabase(
      join(stateDir, agentDatabasePath(agentId)),
      agentSchema,
      agentSchemaVersion,
    );
    inTransaction(database, () => {
      database
        .prepare("INSERT INTO schema_meta VALUES ('primary', 'agent', ?, ?, ?, ?, ?)")
        .run(agentSchemaVersion, agentId, cast.version, createdAt, createdAt);
      const putSource = database.prepare(
        "INSERT INTO memory_index_sources (path, hash, mtime, size) VALUES (?, ?, ?, ?)",
      );
      const putChunk = database.prepare(
        `INSERT INTO memory_index_chunks (id, path, start_line, end_line, hash, model, text, embedding, updated_at)
         VALUES (?, ?, ?, ?, ?, 'demo-embed', ?, ?, ?)`,
      );
      for (const path of memoryFiles) {
        putSource.run(path, random.hex(64), createdAt, statSync(join(workspace, path)).size);
        for (let chunk = 0; chunk < 3; chunk += 1) {
          putChunk.run(
            random.uuid(),
            path,
            chunk * 4 + 1,
            chunk * 4 + 4,
            random.hex(16),
            random.pick(smallAnswers),
            new Uint8Array(256),
            createdAt,
          );
        }
      }
    });
    const agent = agentDatabase(database, agentId, workspace);
    agent.saveAll(sessions.filter(({ session }) => session.agentId === agentId));
    database.close();
  }
};

const memoryText = (random: Random, notes: number): string =>
  `# Memory\n\n${Array.from({ length: notes }, () => `- ${random.pick(smallAnswers)}`).join("\n")}\n`;

type Past = { readonly session: Session; readonly added: readonly WrittenEvent[] };

const pastSessions = (cast: GatewayCast, random: Random, now: number, workspace: string): readonly Past[] =>
  sessionKeys(cast).map((key): Past => {
    const hero = key === heroSession;
    const agentId = key.split(":")[1] ?? cast.agents[0];
    const model = hero ? smallModel : largeModel;
    const turns = hero ? 4 : random.between(2, 7);
    // Nobody is near a limit when the story begins: all estimates lie under 53 % of what a prompt may hold.
    const promptTokens = hero ? 9_700 : Math.round(model.windowTokens * (0.04 + 0.34 * random.fraction()));
    const lastAt = now - (hero ? 95_000 : random.between(60_000, 9 * 3_600_000));
    const sessionId = random.uuid();
    const createdAt = lastAt - turns * 400_000;
    const added: WrittenEvent[] = [sessionEvent(sessionId, workspace, createdAt)];
    let parentId: string | null = null;
    let runId = random.uuid();
    for (let turn = 1; turn <= turns; turn += 1) {
      runId = random.uuid();
      const at = createdAt + turn * 400_000 - 4_000;
      const user: WrittenEvent = userEvent({
        id: random.uuid(),
        parentId,
        at,
        runId,
        text: Array.from({ length: random.between(2, 9) }, () => random.pick(smallTalk)).join(" "),
      });
      const answer = assistantEvent({
        id: random.uuid(),
        parentId: user.entry.id,
        at: at + 4_000,
        runId,
        text: Array.from({ length: random.between(2, 12) }, () => random.pick(smallAnswers)).join(" "),
        model,
        promptTokens: Math.round((promptTokens * (turn + 2)) / (turns + 2)),
        outputTokens: random.between(60, 700),
      });
      added.push(user, answer);
      parentId = answer.entry.id;
    }
    const transcript: readonly TranscriptEntry[] = added.map(({ entry }) => entry);
    const bare: Session = {
      key,
      agentId,
      sessionId,
      previousSessionId: undefined,
      windowReason: undefined,
      lifecycleRevision: random.uuid(),
      createdAt,
      createdVia: key.includes(":cron:") ? "cron" : key.includes(":direct:") ? "channel" : "operator",
      provider: model.provider,
      model: model.id,
      windowTokens: model.windowTokens,
      reserveTokens: model.reserveTokens,
      transcript,
      leafId: parentId ?? sessionId,
      status: "done",
      updatedAt: lastAt,
      lastInteractionAt: lastAt - 4_000,
      startedAt: lastAt - 4_000,
      endedAt: lastAt,
      lastRunId: runId,
      numbers: undefined,
      activeRunId: undefined,
      preview: undefined,
    };
    const numbers = {
      inputTokens: promptTokens,
      outputTokens: 240,
      totalTokens: promptTokens,
      estimatedCostUsd: Number((promptTokens / 1e6).toFixed(4)),
      budget: budgetOf(bare, promptTokens, lastAt - 3_900),
    };
    return { session: { ...bare, numbers }, added };
  });

/** Keys as people meet them: the main session of each agent, chats of the channels, cron jobs, consoles. */
const sessionKeys = (cast: GatewayCast): readonly string[] => {
  const [first] = cast.agents;
  const keys = new Set<string>(cast.agents.map((agent) => `agent:${agent}:main`));
  if (cast.name === "prod-eu") keys.add(heroSession);
  const kinds = [
    ...cast.channels.map((channel) => (step: number) => `${channel}:direct:+4900000${1000 + step}`),
    (step: number) => `cron:${["nightly", "tides", "digest", "stock"][step % 4] ?? "nightly"}-${step}`,
    (step: number) => `console-${step}`,
  ];
  for (let step = 0; keys.size < cast.sessions; step += 1) {
    const agent = cast.agents[step % cast.agents.length] ?? first;
    keys.add(`agent:${agent}:${kinds[step % kinds.length]?.(step) ?? `console-${step}`}`);
  }
  return [...keys].slice(0, cast.sessions);
};

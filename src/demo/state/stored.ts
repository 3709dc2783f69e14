import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Problem } from "../../ground/index.ts";
import type { Session } from "../session.ts";
import { agentDatabase, type AgentDatabase } from "./agent-database.ts";
import { abandonDatabase, openDatabase } from "./database.ts";
import { stateDatabase, type StateDatabase } from "./state-database.ts";

/** Everything that a gateway reads from its directory when it starts, and the hands that write it. */
export type Stored = {
  readonly state: StateDatabase;
  readonly databases: ReadonlyMap<string, AgentDatabase & { readonly path: string }>;
  readonly databaseOf: (agentId: string) => AgentDatabase & { readonly path: string };
  readonly sessions: Map<string, Session>;
  readonly close: (how: "stopped" | "killed") => void;
};

/** Whole or not at all: a database that cannot be read keeps the gateway from starting. */
export const openStored = (stateDir: string, name: string): Stored => {
  const open: { readonly path: string; readonly database: DatabaseSync }[] = [];
  const opened = (path: string): DatabaseSync => {
    const database = openDatabase(path);
    open.push({ path, database });
    return database;
  };
  try {
    const state = stateDatabase(opened(join(stateDir, "state", "openclaw.sqlite")));
    const databases = new Map(
      state.agents().map(({ id, path: relative }) => {
        const path = join(stateDir, relative);
        return [id, { ...agentDatabase(opened(path), id, join(stateDir, "workspace")), path }];
      }),
    );
    const sessions = new Map(
      [...databases.values()].flatMap(({ load }) => load()).map((session) => [session.key, session]),
    );
    return {
      state,
      databases,
      databaseOf: (agentId) => {
        const database = databases.get(agentId);
        if (database === undefined) throw new Error(`no database of agent ${agentId}`);
        return database;
      },
      sessions,
      close: (how) => {
        for (const { database, path } of open) {
          if (how === "killed") abandonDatabase(database, path);
          else database.close();
        }
      },
    };
  } catch (error) {
    for (const { database } of open) database.close();
    throw new Problem(
      "DEMO_START_BLOCKED",
      `${name} does not start: a database in ${stateDir} cannot be read.`,
      {
        hint: "Put a whole state directory back, then start it again.",
        cause: error,
      },
    );
  }
};

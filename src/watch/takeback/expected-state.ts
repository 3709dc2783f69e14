import type { TakebackScope } from "../../core/index.ts";
import type { StateReading } from "../../openclaw/index.ts";

type Sessions = Pick<StateReading, "sessions">;

/**
 * What has to be there after a restore: of the agents that were taken back the sessions that the snapshot has, and all
 * else as it lies in its place before anything is started on it. Held against itself, a restore that brought too little
 * would look well.
 */
export const expectedState = <Reading extends Sessions>(
  lying: Reading,
  saved: Sessions,
  { extent }: TakebackScope,
): Reading => {
  const fromSnapshot = saved.sessions.filter(
    ({ agentId }) =>
      extent.kind === "whole" || extent.includes(`agents/${agentId}/agent/openclaw-agent.sqlite`),
  );
  const agents = new Set(fromSnapshot.map(({ agentId }) => agentId));
  return {
    ...lying,
    sessions: [...lying.sessions.filter(({ agentId }) => !agents.has(agentId)), ...fromSnapshot],
  };
};

import { problemOf } from "../../../ground/index.ts";
import {
  rollBackSession,
  sessionMoveUnknown,
  type RolledSession,
  type SessionDesk,
  type WayToTake,
} from "../../../watch/effects/index.ts";
import type { Context } from "../command.ts";
import { audit } from "./audit.ts";

export type Move = {
  readonly deed: "session-rollback" | "session-rollback-undo";
  /** Absent for an undo. */
  readonly snapshot: string | null;
  readonly reason?: string | undefined;
};

/**
 * Moves a session. Where it stands is written down before that: whoever is cut off in between must find the way back.
 */
export const moveSession = async (
  context: Pick<Context, "clock" | "config" | "err">,
  session: SessionDesk,
  way: WayToTake,
  { deed, snapshot, reason }: Move,
): Promise<RolledSession> => {
  const write = (outcome: MoveOutcome, to?: string): Promise<void> =>
    audit(context, {
      deed,
      gateway: session.settings.name,
      session: session.key,
      from: way.from.leaf,
      to,
      snapshot,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    });
  await write("begun");
  let rolled: RolledSession;
  try {
    rolled = await rollBackSession(session, way);
  } catch (error) {
    const { code } = problemOf(error);
    await write(code === sessionMoveUnknown ? "not known" : "not moved");
    throw error;
  }
  await write("done", rolled.to);
  return rolled;
};

/** How a move stands in the log; `begun` and nothing after it: it was cut off, and may have moved. */
export type MoveOutcome = "begun" | "done" | "not known" | "not moved";

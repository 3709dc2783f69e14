import type { Vault } from "../../core/index.ts";
import { ExitCode, problemOf, type Clock } from "../../ground/index.ts";
import { problemSaid, told, type Sentence, type Told } from "../../watch/index.ts";
import { planSessionRollback, probeSession, type SessionDesk } from "../../watch/effects/index.ts";
import { moveSession } from "../cli/takeback/move-session.ts";
import { leafBefore, sessionGoal } from "../cli/takeback/session-goal.ts";
import type { Context } from "../cli/command.ts";
import {
  failedBy,
  rollbackKey,
  type Rollback,
  type SessionGoal,
  type TakebackNews,
} from "../console/index.ts";
import type { GatewayDesk } from "../gateway-desk.ts";

export type SessionRollbacks = {
  readonly plan: (goal: SessionGoal) => Promise<void>;
  /** Each answers with what came of it, in words. */
  readonly back: (goal: SessionGoal) => Promise<Told>;
  readonly undo: (goal: SessionGoal) => Promise<Told>;
  readonly probe: (goal: SessionGoal) => Promise<Told>;
};

export type SessionRollbackPorts = {
  readonly context: Context;
  readonly clock: Clock;
  readonly desk: (gateway: string) => Promise<GatewayDesk>;
  readonly vault: () => { readonly vault: Vault };
  readonly tell: (news: TakebackNews) => void;
  readonly signal: AbortSignal;
};

/**
 * What is shown after a deed that failed: why. A session in the middle of a turn stands as it stood, and what was known of
 * its way back still holds: the same word or key tries again.
 */
export const shownAfter = (error: unknown, known: Rollback | undefined): Rollback =>
  known !== undefined && problemOf(error).code === "SESSION_BUSY" ? known : failedBy(error);

type Done = Extract<Rollback, { readonly kind: "done" }>;

/** One session at a time goes back through its running gateway; what went aside can be brought back. */
export const sessionRollbacksWith = (ports: SessionRollbackPorts): SessionRollbacks => {
  const { context, clock, tell, signal } = ports;
  /** What was done here last, to be told again with what a turn has shown. */
  const done = new Map<string, Done>();
  /** What could be done next when it was last looked at, or done. */
  const known = new Map<string, Rollback>();

  const deskOf = async ({ gateway, session }: SessionGoal): Promise<SessionDesk> => {
    const { settings, ports: gatewayPorts } = await ports.desk(gateway);
    return { settings, ports: gatewayPorts, key: session, signal };
  };
  const show = (goal: SessionGoal, rollback: Rollback): void => {
    const key = rollbackKey(goal);
    if (rollback.kind === "done") done.set(key, rollback);
    if (rollback.kind === "done" || rollback.kind === "planned") known.set(key, rollback);
    tell({ kind: "rollback", key, rollback });
  };
  /** What fails is shown where it was asked for as well. */
  const guarded = async (goal: SessionGoal, work: () => Promise<Told>): Promise<Told> => {
    try {
      return await work();
    } catch (error) {
      show(goal, shownAfter(error, known.get(rollbackKey(goal))));
      throw error;
    }
  };
  const move = async (
    goal: SessionGoal,
    leaf: string,
    snapshot: string,
    deed: "session-rollback" | "session-rollback-undo",
  ): Promise<Done> => {
    const desk = await deskOf(goal);
    const way = await planSessionRollback(desk, leaf);
    if (way.kind === "no-way" || way.kind === "there-already") {
      const because: Sentence = way.kind === "no-way" ? way.said : { say: "stands-there-already" };
      throw problemSaid(
        "SESSION_NO_WAY_BACK",
        { say: "session-refused", session: goal.session, because },
        { advice: { say: "nothing-was-changed" }, exit: ExitCode.refused },
      );
    }
    const rolled = await moveSession(context, desk, way, {
      deed,
      snapshot: deed === "session-rollback" ? snapshot : null,
    });
    return {
      kind: "done",
      at: clock.now(),
      snapshot,
      messagesBefore: rolled.messagesBefore ?? undefined,
      messagesAfter: rolled.messagesAfter ?? undefined,
      tookMs: rolled.tookMs,
      undone: deed === "session-rollback-undo",
      probe: undefined,
    };
  };

  return {
    plan: async (goal) => {
      try {
        const desk = await deskOf(goal);
        const { leaf, snapshot, messages } = await sessionGoal(ports.vault().vault, desk, goal.ref);
        const way = await planSessionRollback(desk, leaf);
        if (way.kind === "there-already") show(goal, { kind: "there-already", snapshot });
        else if (way.kind === "no-way")
          show(goal, { kind: "no-way", snapshot, why: way.why, said: way.said });
        else {
          const messagesNow = way.from.messages;
          show(goal, {
            kind: "planned",
            at: clock.now(),
            snapshot,
            messagesNow,
            messagesThen: messages,
            // As the counts before and after will say it; entries of the gateway's own are no messages.
            aside:
              messagesNow === undefined || messages === undefined
                ? way.aside
                : Math.max(0, messagesNow - messages),
          });
        }
      } catch (error) {
        show(goal, failedBy(error));
      }
    },
    back: (goal) =>
      guarded(goal, async () => {
        const desk = await deskOf(goal);
        const { leaf, snapshot } = await sessionGoal(ports.vault().vault, desk, goal.ref);
        show(goal, await move(goal, leaf, snapshot, "session-rollback"));
        return told({ say: "session-back-at", session: goal.session, snapshot });
      }),
    undo: (goal) =>
      guarded(goal, async () => {
        const snapshot = done.get(rollbackKey(goal))?.snapshot ?? goal.ref;
        const leaf = await leafBefore(context, goal.gateway, goal.session);
        show(goal, await move(goal, leaf, snapshot, "session-rollback-undo"));
        return told({ say: "session-undone", session: goal.session });
      }),
    probe: async (goal) => {
      const before = done.get(rollbackKey(goal));
      const shown = (probe: NonNullable<Done["probe"]>): void => {
        if (before !== undefined) show(goal, { ...before, probe });
      };
      try {
        const { status, fits, pressure } = await probeSession(await deskOf(goal));
        if (status === "ok" && fits !== false) {
          shown({ kind: "answered", pressure: pressure ?? undefined });
          return told({ say: "session-took-turn", session: goal.session });
        }
        throw problemSaid(
          "SESSION_STILL_DEAD",
          { say: "turn-ended-as", status },
          { advice: { say: "go-further-back" } },
        );
      } catch (error) {
        shown(failedBy(error));
        throw error;
      }
    },
  };
};

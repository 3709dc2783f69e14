import { randomUUID } from "node:crypto";
import * as z from "zod";
import { actOnGateway, type GatewayPorts, type GatewaySettings } from "../../../clients/index.ts";
import type { Listed, Vault } from "../../../core/index.ts";
import { ExitCode, isProblem, problemOf, sleep, type Problem } from "../../../ground/index.ts";
import { belongingTo, type Whose } from "../../../keeping/index.ts";
import { readState, type SessionRecord } from "../../../openclaw/index.ts";
import { problemSaid } from "../../sentences/index.ts";
import { wayBackTo, type BranchTip, type PathEntry, type Way } from "../../takeback/rewind-target.ts";
import { snapshotContents } from "./snapshot-contents.ts";

export type SessionDesk = {
  readonly settings: GatewaySettings;
  readonly ports: GatewayPorts;
  readonly key: string;
  readonly signal: AbortSignal;
};

export type RolledSession = {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly messagesBefore: number | null;
  readonly messagesAfter: number | null;
  readonly tookMs: number;
};

const tips = z.object({
  branches: z.array(
    z.object({
      leafEntryId: z.string(),
      messageCount: z.number().optional(),
      active: z.boolean().optional(),
    }),
  ),
});

/** Only ids and roles are taken; what was said is dropped with the frame. */
const history = z.object({
  messages: z.array(z.object({ role: z.string(), __openclaw: z.object({ id: z.string() }).optional() })),
});

/** As far back as the gateway shows a session in one answer. */
const historyLimit = 1_000;
const timeoutMs = 20_000;

export const branchTips = (desk: SessionDesk): Promise<readonly BranchTip[]> =>
  act(desk, ["operator.read"], "sessions.branches.list", { sessionKey: desk.key }, (payload) =>
    tips.parse(payload).branches.map(({ leafEntryId, messageCount, active }) => ({
      leaf: leafEntryId,
      messages: messageCount,
      active: active === true,
    })),
  );

const activePath = (desk: SessionDesk): Promise<readonly PathEntry[]> =>
  act(desk, ["operator.read"], "chat.history", { sessionKey: desk.key, limit: historyLimit }, (payload) =>
    history
      .parse(payload)
      .messages.flatMap(({ role, __openclaw: own }) => (own === undefined ? [] : [{ id: own.id, role }])),
  );

/** Looks how the session can come back to an earlier end. Changes nothing. */
export const planSessionRollback = async (desk: SessionDesk, leaf: string): Promise<Way> =>
  wayBackTo(leaf, await branchTips(desk), await activePath(desk));

export type WayToTake = Extract<Way, { kind: "switch" | "rewind" }>;

/** Takes the way, and reads back where the session stands now: once it has moved, nothing calls that off. */
export const rollBackSession = async (desk: SessionDesk, way: WayToTake): Promise<RolledSession> => {
  const begun = desk.ports.clock.steady();
  await move(desk, way).catch((error: unknown) => {
    throw isProblem(error) && mayHaveBeenDone.has(error.code) ? moveUnknown(desk, error) : error;
  });
  const tookMs = desk.ports.clock.steady() - begun;
  const tipsNow = await branchTips({ ...desk, signal: new AbortController().signal }).catch(
    (error: unknown) => {
      throw moveUnknown(desk, problemOf(error));
    },
  );
  const active = tipsNow.find((tip) => tip.active);
  if (active === undefined || active.leaf === way.from.leaf) {
    throw problemSaid(
      "SESSION_NOT_MOVED",
      { say: "session-not-moved", session: desk.key },
      { advice: { say: "nothing-lost" }, exit: ExitCode.needsPerson },
    );
  }
  return {
    key: desk.key,
    from: way.from.leaf,
    to: active.leaf,
    messagesBefore: way.from.messages ?? null,
    messagesAfter: active.messages ?? null,
    tookMs,
  };
};

/** 2026.9.6 asks for more than its own table of scopes says. */
const moving = ["operator.read", "operator.admin"];

/** An answer to a rewind carries the message that was cut off: nobody here wants it. */
const move = (desk: SessionDesk, way: WayToTake): Promise<void> =>
  way.kind === "switch"
    ? act(
        desk,
        moving,
        "sessions.branches.switch",
        { sessionKey: desk.key, leafEntryId: way.to },
        () => undefined,
      )
    : act(desk, moving, "sessions.rewind", { sessionKey: desk.key, entryId: way.before }, () => undefined);

/** It was asked, and nobody knows what came of it. */
const mayHaveBeenDone: ReadonlySet<string> = new Set(["GATEWAY_ABORTED", "GATEWAY_LOST", "GATEWAY_TIMEOUT"]);

/** Not known whether it moved: it may stand here or there. */
export const sessionMoveUnknown = "SESSION_MOVE_UNKNOWN";

const moveUnknown = ({ key, settings }: SessionDesk, error: Problem): Problem =>
  problemSaid(
    sessionMoveUnknown,
    { say: "session-perhaps-moved", session: key, because: error.message },
    {
      advice: { say: "undo-says-which", session: key, gateway: settings.name },
      exit: error.exit,
      cause: error,
    },
  );

const started = z.object({ runId: z.string() });
const settled = z.object({ status: z.string() });

export type Probe = {
  readonly status: string;
  readonly fits: boolean | null;
  readonly pressure: number | null;
  readonly usage: number | null;
};

const probeText = "This is a check that this conversation works again. Answer with one word.";
const probeMs = 120_000;

/** Takes one turn and says how full the session is afterwards. It costs a model call and adds two messages. */
export const probeSession = async (desk: SessionDesk): Promise<Probe> => {
  const scopes = ["operator.read", "operator.write"];
  const runId = await act(
    desk,
    scopes,
    "chat.send",
    { sessionKey: desk.key, message: probeText, idempotencyKey: randomUUID() },
    (payload) => started.parse(payload).runId,
  );
  const status = await actOnGateway(desk.settings, desk.ports, {
    scopes,
    method: "agent.wait",
    params: { runId, timeoutMs: probeMs },
    timeoutMs: probeMs + 5_000,
    read: (payload) => settled.parse(payload).status,
    signal: desk.signal,
  });
  return { status, ...(await numbersOf(desk)) };
};

/** The gateway writes a turn's numbers down a moment after it has ended. */
const numbersOf = async ({ settings, key, ports }: SessionDesk): Promise<Omit<Probe, "status">> => {
  const { stateDir } = settings;
  for (let look = 0; stateDir !== undefined && look < 20; look += 1) {
    const session = (await readState(stateDir)).sessions.find((each) => each.key === key);
    if (session?.budget !== undefined) {
      const { estimatedPromptTokens, promptBudgetTokens, route } = session.budget;
      return {
        fits: route === "fits",
        pressure: estimatedPromptTokens / promptBudgetTokens,
        usage:
          session.usedTokens === undefined || session.windowTokens === undefined
            ? null
            : session.usedTokens / session.windowTokens,
      };
    }
    await sleep(ports.clock, 200);
  }
  return { fits: null, pressure: null, usage: null };
};

const act = async <Result>(
  { settings, ports, key, signal }: SessionDesk,
  scopes: readonly string[],
  method: string,
  params: Readonly<Record<string, unknown>>,
  read: (payload: unknown) => Result,
): Promise<Result> => {
  try {
    return await actOnGateway(settings, ports, { scopes, method, params, timeoutMs, read, signal });
  } catch (error) {
    if (!isProblem(error)) throw error;
    const whole = { say: "take-whole-back", gateway: settings.name } as const;
    if (error.code === "GATEWAY_ABSENT") {
      throw problemSaid(
        "SESSION_ROLLBACK_ABSENT",
        { say: "session-alone-absent", because: error.message },
        { advice: whole, exit: ExitCode.gateway, cause: error },
      );
    }
    if (/while the agent is working/i.test(error.message)) {
      throw problemSaid(
        "SESSION_BUSY",
        { say: "session-busy", session: key },
        { advice: { say: "when-turn-ends" }, exit: ExitCode.refused, cause: error },
      );
    }
    if (error.code === "GATEWAY_UNREACHABLE") {
      throw problemSaid(
        "SESSION_ROLLBACK_OFFLINE",
        { say: "session-alone-offline", session: key, because: error.message },
        {
          advice: { say: "with-advice", first: { say: "start-and-try" }, second: whole },
          exit: ExitCode.gateway,
          cause: error,
        },
      );
    }
    throw error;
  }
};

/** The session as a snapshot has it. */
export const sessionIn = async (
  vault: Vault,
  id: string,
  key: string,
  signal: AbortSignal,
): Promise<SessionRecord | undefined> =>
  (await snapshotContents(vault, id, signal)).reading.sessions.find((session) => session.key === key);

/** More than a day of snapshots every half hour; each costs a tenth of a second to look into. */
const lookedAt = 60;

/** The newest snapshot in which this session was well, and not where it stands now. */
export const lastGoodOfSession = async (
  vault: Vault,
  { snapshots }: Listed,
  {
    key,
    of,
    activeLeaf,
  }: { readonly key: string; readonly of: Whose; readonly activeLeaf: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> => {
  const own = snapshots.filter(belongingTo(of)).toReversed();
  for (const { id } of own.slice(0, lookedAt)) {
    const session = await sessionIn(vault, id, key, signal);
    if (session?.leaf === undefined || session.leaf === activeLeaf) continue;
    if (isWell(session)) return id;
  }
  return undefined;
};

/** Its next turn fitted, and its last one had not failed. */
const isWell = ({ budget, status, lastError }: SessionRecord): boolean =>
  (budget === undefined ||
    (budget.route === "fits" && !budget.shouldCompact && budget.overflowTokens <= 0)) &&
  status !== "failed" &&
  lastError === undefined;

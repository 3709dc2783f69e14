import { heroSession } from "./cast.ts";
import { compactSession } from "./compaction.ts";
import type { Random } from "./random.ts";
import type { RunningGateway } from "./running.ts";
import { promptTokensOf } from "./session.ts";
import { playTurn } from "./turn.ts";

/** Everyday life: now and then somebody speaks to one of the sessions, and long ones are compacted in time. */
export const live = (gateway: RunningGateway, random: Random, scenario: "incident" | "healthy"): void => {
  const others = gateway
    .sessions()
    .map(({ key }) => key)
    // In the incident the script alone speaks to the session whose story it is.
    .filter((key) => scenario === "healthy" || key !== heroSession)
    .sort();
  // A few sessions are busy and most are quiet, as anywhere.
  const busy = others.filter((_key, index) => index % 4 === 0);
  let turns = 0;
  const next = (): void => {
    const delayMs = gateway.cast.turnEveryMs * (0.4 + 1.2 * random.fraction());
    gateway.timers.story(delayMs, () => {
      turns += 1;
      takeTurn(random.fork(`turn-${turns}`));
      next();
    });
  };
  const takeTurn = (own: Random): void => {
    const from = own.fraction() < 0.8 ? busy : others;
    const key = from[own.between(0, Math.max(0, from.length - 1))];
    const session = key === undefined ? undefined : gateway.session(key);
    if (key === undefined || session === undefined || session.activeRunId !== undefined) return;
    const growTokens = own.between(400, 2_600);
    // Compacted long before it could hurt: ordinary life raises no alarm, however long the demo runs.
    const room = (session.windowTokens - session.reserveTokens) * 0.5;
    if (gateway.suspension.phase() === "accepting" && promptTokensOf(session) + growTokens > room) {
      compactSession(gateway, key, own.fork("compaction"));
    }
    playTurn(gateway, key, { random: own, growTokens });
    const channel = gateway.cast.channels.find((name) => key.includes(`:${name}:`));
    if (channel !== undefined) gateway.touchChannel(channel);
  };
  next();
};

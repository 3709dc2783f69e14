import { count, ExitCode, percent } from "../../../ground/index.ts";
import { pressureOf, usageOf, type SessionRecord } from "../../../openclaw/index.ts";
import { defineCommand } from "../command.ts";
import { openDesk } from "../takeback/desk.ts";

export const command = defineCommand({
  words: ["session", "list"],
  summary: "List the sessions of a gateway from its own disk, the tightest first.",
  options: {},
  run: async (context) => {
    await using desk = await openDesk(context);
    const { sessions } = await (await desk.live()).read();
    const sorted = sessions.toSorted((a, b) => (pressureOf(b) ?? 0) - (pressureOf(a) ?? 0));
    if (context.flags.json) {
      context.out(
        `${JSON.stringify({
          sessions: sorted.map((session) => ({
            key: session.key,
            agentId: session.agentId,
            status: session.status ?? null,
            messages: session.messages ?? null,
            leaf: session.leaf ?? null,
            contextPressure: pressureOf(session) ?? null,
            contextUsage: usageOf(session) ?? null,
            fits: session.budget === undefined ? null : fits(session),
            lastActivityAt: session.lastActivityAt ?? null,
          })),
        })}\n`,
      );
      return ExitCode.fine;
    }
    const width = Math.max(3, ...sorted.map(({ key }) => key.length));
    context.out(`${"KEY".padEnd(width)}  MESSAGES  PRESSURE  CONTEXT  NEXT TURN\n`);
    for (const session of sorted) {
      context.out(
        [
          session.key.padEnd(width),
          count(session.messages).padStart(8),
          percent(pressureOf(session)).padStart(8),
          percent(usageOf(session)).padStart(7),
          session.budget === undefined ? "?" : fits(session) ? "fits" : "does not fit",
        ].join("  ") + "\n",
      );
    }
    return ExitCode.fine;
  },
});

const fits = ({ budget }: SessionRecord): boolean =>
  budget !== undefined && budget.route === "fits" && !budget.shouldCompact && budget.overflowTokens <= 0;

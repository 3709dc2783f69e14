import type { RunningGateway } from "./running.ts";

const remarks = [
  ["gateway/ws", "res ✓ sessions.list 12ms conn=a1f0…33 id=7c1…e2"],
  ["agent/embedded", "embedded run tool start: runId=r-81 tool=read toolCallId=call_14"],
  ["agent/embedded", "embedded run tool end: runId=r-81 tool=read toolCallId=call_14"],
  ["gateway/channels/telegram", "[default] getUpdates: 0 updates, polling again"],
  ["memory/index", "memory/2026-11-19.md: 3 chunks, unchanged"],
  ["cron", "heartbeat-main: nothing to do"],
] as const;

/** A gateway that writes much into its log, evenly: what a log looks like while somebody debugs. */
export const chatter = (gateway: RunningGateway, linesPerSecond: number): void => {
  // Few timers and several lines each: the lines are what is to be many.
  const beatMs = 100;
  let owed = 0;
  let said = 0;
  gateway.timers.every(beatMs, () => {
    owed += (linesPerSecond * beatMs) / 1_000;
    for (; owed >= 1; owed -= 1) {
      const [subsystem, message] = remarks[said % remarks.length] ?? remarks[0];
      said += 1;
      gateway.log.write(gateway.timers.now(), "INFO", subsystem, message);
    }
  });
};

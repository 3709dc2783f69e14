import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLogLine, passes, patternOf } from "../../../src/clients/logs/index.ts";
import type { LogLine } from "../../../src/clients/index.ts";
import { anyText } from "../../support/any-text.ts";

/** As OpenClaw 2026.9.6 writes them; recorded, with the host's name replaced. */
const recorded = {
  gateway:
    '{"0":"{\\"subsystem\\":\\"gateway\\"}","1":"gateway ready","_meta":{"runtime":"node","runtimeVersion":"24.21.0","hostname":"host","date":"2026-11-20T14:40:37.782Z","logLevelId":3,"logLevelName":"INFO","name":"{\\"subsystem\\":\\"gateway\\"}","parentNames":["openclaw"]},"time":"2026-11-20T14:40:37.782+00:00","hostname":"host","message":"gateway ready"}',
  telegram:
    '{"0":"{\\"subsystem\\":\\"channels/telegram\\"}","1":"Plugin command \\"/dashboard\\" conflicts","_meta":{"date":"2026-11-20T14:40:37.682Z","logLevelId":5,"logLevelName":"ERROR","name":"{\\"subsystem\\":\\"channels/telegram\\"}"},"time":"2026-11-20T14:40:37.682+00:00","hostname":"host","message":"Plugin command \\"/dashboard\\" conflicts"}',
  cron: '{"0":"{\\"module\\":\\"cron\\",\\"storeKey\\":\\"/home/x/.openclaw/cron/jobs.json\\"}","1":{"jobId":"1"},"2":"cron: job added","_meta":{"date":"2026-11-20T14:40:37.622Z","logLevelName":"INFO","name":"{\\"module\\":\\"cron\\",\\"storeKey\\":\\"/home/x/.openclaw/cron/jobs.json\\"}"},"time":"2026-11-20T14:40:37.622+00:00","hostname":"host","message":"cron: job added"}',
} as const;

describe("a line of the log", () => {
  it("is read as the gateway wrote it", () => {
    expect(parseLogLine(recorded.gateway, 0)).toEqual({
      at: Date.UTC(2026, 10, 20, 14, 40, 37, 782),
      level: "info",
      subsystem: "gateway",
      message: "gateway ready",
    });
  });

  it("belongs to the channel whose subsystem wrote it", () => {
    expect(parseLogLine(recorded.telegram, 0)).toMatchObject({ level: "error", channel: "telegram" });
  });

  it("names its module where it has no subsystem", () => {
    expect(parseLogLine(recorded.cron, 0)).toMatchObject({ subsystem: "cron", message: "cron: job added" });
  });

  it.each([
    [{ session_id: "agent:main:a", message: "x" }],
    [{ "1": { sessionKey: "agent:main:a" }, message: "x" }],
    [{ message: "compaction refused session=agent:main:a, 3 left" }],
  ])("finds the session it speaks of in %j", (fields) => {
    const line = { time: "2026-11-20T14:40:37.622Z", _meta: { logLevelName: "WARN" }, ...fields };
    expect(parseLogLine(JSON.stringify(line), 0)?.sessionKey).toBe("agent:main:a");
  });

  it("that is not JSON is kept as text, at the time of its neighbour", () => {
    expect(parseLogLine("    at Socket.<anonymous> (node:net:1:2)", 42)).toEqual({
      at: 42,
      level: "info",
      subsystem: "",
      message: "at Socket.<anonymous> (node:net:1:2)",
    });
    expect(parseLogLine('{"message":"cut in the mid', 42)?.message).toBe('{"message":"cut in the mid');
  });

  it("that is empty is none", () => {
    expect(parseLogLine("   ", 0)).toBeUndefined();
  });

  it("never throws and never carries a control character, whatever stands in it", () => {
    const anything = fc.oneof(
      anyText(),
      fc.json(),
      fc
        .record({
          message: anyText(),
          time: fc.string(),
          session_id: anyText(),
        })
        .map((fields) =>
          JSON.stringify({ ...fields, _meta: { name: fields.message, logLevelName: fields.time } }),
        ),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const line = parseLogLine(text, 0);
        if (line === undefined) return;
        const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/;
        for (const each of [line.message, line.subsystem, line.sessionKey ?? "", line.channel ?? ""]) {
          expect(each).not.toMatch(control);
        }
      }),
    );
  });
});

describe("a log filter", () => {
  const line: LogLine = {
    at: 1_000,
    level: "warn",
    subsystem: "gateway/health-monitor",
    message: "restarting telegram",
    channel: "telegram",
    sessionKey: "agent:main:a",
  };

  it.each([
    [{}],
    [{ atLeast: "warn" }],
    [{ atLeast: "info" }],
    [{ subsystem: "gateway" }],
    [{ subsystem: "gateway/health-monitor" }],
    [{ channel: "telegram" }],
    [{ sessionKey: "agent:main:a" }],
    [{ since: 1_000, until: 1_000 }],
    [{ pattern: patternOf("rest.*gram$") }],
    [{ pattern: patternOf("health") }],
  ] as const)("lets the line through for %j", (filter) => {
    expect(passes(filter, line)).toBe(true);
  });

  it.each([
    [{ atLeast: "error" }],
    [{ subsystem: "gate" }],
    [{ channel: "whatsapp" }],
    [{ sessionKey: "agent:main:b" }],
    [{ since: 1_001 }],
    [{ until: 999 }],
    [{ pattern: patternOf("^telegram") }],
    [{ atLeast: "warn", channel: "whatsapp" }],
  ] as const)("keeps the line back for %j", (filter) => {
    expect(passes(filter, line)).toBe(false);
  });
});

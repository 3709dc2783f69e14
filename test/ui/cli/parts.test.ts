import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../src/ui/cli/duration.ts";
import { guardUnit } from "../../../src/ui/cli/guard/unit.ts";
import { parseInstant } from "../../../src/ui/cli/instant.ts";
import { printable } from "../../../src/ui/cli/printable.ts";
import { clawback } from "../../support/command-line.ts";
import { anyText } from "../../support/any-text.ts";

const now = Date.parse("2026-11-20T02:30:00Z");
const instant = (text: string): string =>
  new Date(parseInstant(text, "--since", now, (length) => parseDuration(length, "--since"))).toISOString();

describe("a moment as people type it", () => {
  it.each([
    ["now", "2026-11-20T02:30:00.000Z"],
    ["10m", "2026-11-20T02:20:00.000Z"],
    ["1h30m", "2026-11-20T01:00:00.000Z"],
    ["02:15", "2026-11-20T02:15:00.000Z"],
    ["23:59:30", "2026-11-19T23:59:30.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20T02:15", "2026-11-20T02:15:00.000Z"],
    ["2026-11-20 02:15:09", "2026-11-20T02:15:09.000Z"],
    ["2026-11-20-02-15", "2026-11-20T02:15:00.000Z"],
    ["2026-11-20-02:15:09", "2026-11-20T02:15:09.000Z"],
    ["2026-11-20T02:15:00+01:00", "2026-11-20T01:15:00.000Z"],
    ["2026-11-20T02:15:00-0530", "2026-11-20T07:45:00.000Z"],
  ])("%s is %s", (typed, at) => {
    expect(instant(typed)).toBe(at);
  });

  it.each(["", "soon", "25:00", "02:61", "2026-02-31", "2026-13-01", "10", "-10m"])(
    "%j is refused",
    (typed) => {
      expect(() => instant(typed)).toThrow("--since takes a time");
    },
  );
});

describe("what is printed", () => {
  it("cannot act on a terminal, whatever it is", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(printable(text, { ascii: false, json: false })).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });

  it("is ASCII and nothing else with --ascii", () => {
    fc.assert(
      fc.property(anyText(), fc.boolean(), (text, json) => {
        const shown = printable(json ? JSON.stringify(text) : text, { ascii: true, json });
        expect(shown).toMatch(/^[\t\n\x20-\x7e]*$/);
      }),
    );
  });

  it("escapes in JSON the one sign of ASCII that acts on a terminal", () => {
    expect(printable('"\u007f"', { ascii: true, json: true })).toBe('"\\u007f"');
  });

  it("means the same in JSON", () => {
    fc.assert(
      fc.property(anyText(), fc.boolean(), (text, ascii) => {
        expect(JSON.parse(printable(JSON.stringify({ text }), { ascii, json: true }))).toEqual({ text });
      }),
    );
  });
});

describe("the unit of the guard", () => {
  it("lies in the home of its user and means the vault and the gateways that were named", async () => {
    const answer = await clawback(
      ["guard", "install", "--dry-run", "--json", "--vault", "safe", "--gateway", "prod-eu"],
      { env: { HOME: "/home/ada", XDG_CONFIG_HOME: "" }, cwd: "/srv" },
    );
    const { path, text } = JSON.parse(answer.out) as { path: string; text: string };
    expect(path).toBe("/home/ada/.config/systemd/user/clawback-guard.service");
    expect(text).toMatch(/ guard --vault \/srv\/safe --gateway prod-eu$/m);
  });

  it("quotes what systemd would read otherwise", () => {
    const { path, text } = guardUnit({
      configHome: "/home/ada/.config",
      command: ["/opt/node 24/bin/node", "/opt/100%/claw$back"],
      options: ["--config", '/home/ada/a "b".json5'],
    });
    expect(path).toBe("/home/ada/.config/systemd/user/clawback-guard.service");
    expect(text).toContain(
      String.raw`ExecStart="/opt/node 24/bin/node" /opt/100%%/claw$$back guard --config "/home/ada/a \"b\".json5"`,
    );
  });
});

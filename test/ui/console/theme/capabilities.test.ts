import { describe, expect, it } from "vitest";
import { capabilitiesOf, type TerminalFacts } from "../../../../src/ui/console/theme/index.ts";

const of = (env: TerminalFacts["env"], more: Partial<TerminalFacts> = {}) =>
  capabilitiesOf({
    env: { TERM: "xterm-256color", LANG: "en_US.UTF-8", ...env },
    stdinIsTerminal: true,
    stdoutIsTerminal: true,
    ...more,
  });

describe("what a terminal can do", () => {
  it("is everything in a terminal of today", () => {
    expect(of({ COLORTERM: "truecolor" })).toEqual({
      interactive: true,
      because: undefined,
      depth: "truecolor",
      ascii: false,
      synchronized: true,
      screenReader: false,
      insideScreen: false,
    });
  });

  it.each([
    [true, { STY: "4711.pts-0.host" }],
    [false, { STY: "" }],
    [false, { STY: "4711.pts-0.host", TMUX: "/tmp/tmux-0/default,1,0" }],
  ])("knows (%s) that it is behind GNU screen by %j", (insideScreen, env) => {
    expect(of(env)).toMatchObject({ insideScreen });
  });

  it.each([
    ["no terminal on standard output", {}, { stdoutIsTerminal: false }],
    ["no terminal on standard input", {}, { stdinIsTerminal: false }],
    ["TERM=dumb", { TERM: "dumb" }, {}],
  ])("is no full screen where there is %s", (because, env, more) => {
    expect(of(env, more)).toMatchObject({ interactive: false, because });
  });

  it("is a full screen in a real terminal even where CI is set", () => {
    expect(of({ CI: "true" }).interactive).toBe(true);
  });

  it.each([
    ["truecolor", { COLORTERM: "24bit" }, {}],
    ["truecolor", { TERM: "xterm-direct" }, {}],
    ["256", {}, {}],
    ["256", { TERM: "screen-256color" }, {}],
    ["16", { TERM: "xterm" }, {}],
    ["16", { TERM: "linux", COLORTERM: "truecolor" }, {}],
    ["mono", { TERM: "vt100" }, {}],
    ["mono", { TERM: "dumb" }, {}],
    ["mono", { COLORTERM: "truecolor" }, { noColor: true }],
    ["mono", { NO_COLOR: "1", COLORTERM: "truecolor" }, {}],
    // The convention says that an empty value asks for nothing.
    ["256", { NO_COLOR: "" }, {}],
    ["truecolor", { NO_COLOR: "1", FORCE_COLOR: "3" }, {}],
    ["mono", { FORCE_COLOR: "3" }, { noColor: true }],
    ["mono", { FORCE_COLOR: "0" }, {}],
    ["mono", {}, { stdoutIsTerminal: false }],
    ["256", { FORCE_COLOR: "2" }, { stdoutIsTerminal: false }],
  ] as const)("has the depth %s with %j", (depth, env, more) => {
    expect(of(env, more).depth).toBe(depth);
  });

  it.each([
    [false, { LANG: "de_DE.utf8" }],
    [true, { LANG: "C" }],
    [true, { LANG: "en_US.ISO-8859-1" }],
    [true, { LC_ALL: "POSIX" }],
    [false, { LANG: "C", LC_ALL: "C.UTF-8" }],
    [false, { LANG: "", LC_ALL: "" }],
    [true, { TERM: "linux" }],
    [true, { TERM: "vt220" }],
  ])("is seven bits only: %s with %j", (ascii, env) => {
    expect(of(env).ascii).toBe(ascii);
  });

  it("is seven bits when asked for", () => {
    expect(of({}, { ascii: true }).ascii).toBe(true);
  });
});

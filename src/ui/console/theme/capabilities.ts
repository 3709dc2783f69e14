/**
 * What the terminal in front of us can do, read off the environment and two facts about the streams. Pure: whoever
 * asks brings the environment along.
 */
export type ColourDepth = "truecolor" | "256" | "16" | "mono";

export type Capabilities = {
  /** A person sits at both ends: keys can be read and a full screen can be drawn. */
  readonly interactive: boolean;
  /** Why not, in words that fit after "no full screen: ". */
  readonly because:
    "no terminal on standard output" | "no terminal on standard input" | "TERM=dumb" | undefined;
  readonly depth: ColourDepth;
  /** Only 7-bit characters may be drawn. */
  readonly ascii: boolean;
  /** Frames may be bracketed by DEC private mode 2026, so that none is seen half drawn. */
  readonly synchronized: boolean;
  readonly screenReader: boolean;
  /** GNU screen stands between us and the terminal: what it does not know itself it passes on only when told to. */
  readonly insideScreen: boolean;
};

export type TerminalFacts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** `--ascii` */
  readonly ascii?: boolean;
  /** `--no-color` */
  readonly noColor?: boolean;
};

export const capabilitiesOf = (facts: TerminalFacts): Capabilities => {
  const { env } = facts;
  const because = reasonAgainst(facts);
  return {
    // CI in the environment of a real terminal is somebody at a runner's shell: the terminal decides.
    interactive: because === undefined,
    because,
    depth: depthOf(facts),
    ascii: facts.ascii === true || !speaksUtf8(env) || lacksGlyphs(env),
    synchronized: !lacksGlyphs(env),
    screenReader: env["INK_SCREEN_READER"] === "true" || env["CLAWBACK_SCREEN_READER"] === "1",
    // Inside of a tmux inside of it tmux is what hears us.
    insideScreen: (env["STY"] ?? "") !== "" && (env["TMUX"] ?? "") === "",
  };
};

type Env = TerminalFacts["env"];

const isDumb = (env: Env): boolean => env["TERM"] === "dumb";

/** Real terminals of the seventies and eighties, and what still answers to their names. */
const isOldHardware = (env: Env): boolean => /^(?:vt\d|ansi\b|wyse|cons25|unknown$)/.test(env["TERM"] ?? "");

/** The Linux console draws from a font of 256 or 512 glyphs: no sparklines, no half circles. */
const lacksGlyphs = (env: Env): boolean => isDumb(env) || isOldHardware(env) || env["TERM"] === "linux";

const reasonAgainst = (facts: TerminalFacts): Capabilities["because"] => {
  if (!facts.stdoutIsTerminal) return "no terminal on standard output";
  if (!facts.stdinIsTerminal) return "no terminal on standard input";
  return isDumb(facts.env) ? "TERM=dumb" : undefined;
};

/** The first that is set decides, as in setlocale(3). An empty one counts as unset. */
const speaksUtf8 = (env: Env): boolean => {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(
    (each) => each !== undefined && each !== "",
  );
  // Nothing set at all is common in containers and over SSH with terminals that all speak UTF-8.
  return locale === undefined || /utf-?8/i.test(locale);
};

const depthOf = ({ env, noColor, stdoutIsTerminal }: TerminalFacts): ColourDepth => {
  // The order of precedence: what was typed, then what was forced, then what was asked for, then what is there.
  if (noColor === true) return "mono";
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) {
    if (forced === "0" || forced === "false") return "mono";
    if (forced === "1") return "16";
    if (forced === "2") return "256";
    if (forced === "3") return "truecolor";
  }
  const noColour = env["NO_COLOR"];
  if (noColour !== undefined && noColour !== "" && forced === undefined) return "mono";
  const wanted = forced !== undefined;
  if (!stdoutIsTerminal && !wanted) return "mono";
  if (isDumb(env) || (isOldHardware(env) && !/color/.test(env["TERM"] ?? ""))) return wanted ? "16" : "mono";
  const term = env["TERM"] ?? "";
  if (term === "linux") return "16";
  if (/^(?:truecolor|24bit)$/i.test(env["COLORTERM"] ?? "") || term.endsWith("-direct")) return "truecolor";
  if (/256(?:color)?$/.test(term)) return "256";
  return "16";
};

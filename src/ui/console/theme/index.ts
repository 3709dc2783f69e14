/**
 * How things look, and nothing else: what the terminal can show, the meanings a screen may name, the themes that give
 * them colours, symbols with their 7-bit twins, and text measured in columns. All of it is pure and knows neither
 * Ink nor Node, so the command line colours its lines with it too. It promises that every symbol takes one column,
 * that no state is told by colour alone, and that our measure of a line is Ink's.
 */
export { capabilitiesOf, type Capabilities, type ColourDepth, type TerminalFacts } from "./capabilities.ts";
export { makeLook, type Look, type LookOptions } from "./look.ts";
export { roles, states, type Role, type State } from "./roles.ts";
export { symbolNames, type SymbolName } from "./symbols.ts";
export { themes, type ThemeName } from "./themes.ts";
export { escapeEnd, fit, stripSgr, width, type FitOptions } from "./text.ts";
export { clustersOf, glyphWidth, joinedEnd, loneWidth } from "./graphemes.ts";

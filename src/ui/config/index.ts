/**
 * The configuration: read, checked whole, and turned into the settings the layers below want. A broken file stops the
 * program before anything is started, with the file, the line, the path in the document and what was expected.
 */
export { loadConfig } from "./load.ts";
export { resolveConfig, type Config } from "./resolve.ts";

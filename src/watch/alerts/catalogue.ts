import type { Rule } from "./rule.ts";

/** Every built-in rule, in the order they are shown. */
export const catalogue: readonly Rule[] = [];

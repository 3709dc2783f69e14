import { redactText } from "../../openclaw/index.ts";
import type { Config } from "../config/index.ts";

/**
 * The configuration in force as it may be shown: a secret as where it comes from, never as what it is. The address of a
 * webhook is one.
 */
export const shownConfig = (config: Config): object => ({
  ...config,
  alerts: {
    ...config.alerts,
    outputs: {
      ...config.alerts.outputs,
      exec: config.alerts.outputs.exec.map((hook) => ({ ...hook, argv: hook.argv.map(redactText) })),
      webhooks: config.alerts.outputs.webhooks.map((hook) => ({
        ...hook,
        url: `${new URL(hook.url).origin}/(hidden)`,
      })),
    },
  },
  gateways: config.gateways.map((gateway) => ({
    ...gateway,
    url: redactText(gateway.url),
    ...(gateway.metricsUrl === undefined ? {} : { metricsUrl: redactText(gateway.metricsUrl) }),
    ...(gateway.token?.kind === "inline" ? { token: { kind: "inline", value: "(hidden)" } } : {}),
    ...(gateway.password?.kind === "inline" ? { password: { kind: "inline", value: "(hidden)" } } : {}),
  })),
});

/** One value that is not what it was, both as JSON; absent: it was not there, or no longer is. */
export type Difference = {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/** What differs between two documents, value by value, in the order of their paths. */
export const differences = (before: unknown, after: unknown): readonly Difference[] => {
  const old = before === undefined ? undefined : leaves(before);
  const now = leaves(after);
  if (old === undefined) return [];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
};

const leaves = (value: unknown, path = "", found = new Map<string, string>()): Map<string, string> => {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) {
    if (value !== undefined) found.set(path, JSON.stringify(value));
    return found;
  }
  for (const [key, each] of inner) {
    leaves(each, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`, found);
  }
  return found;
};

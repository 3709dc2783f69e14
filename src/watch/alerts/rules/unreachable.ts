import { saidOf } from "../../intake/connection.ts";
import { onset } from "../alert.ts";
import type { GatewayModel } from "../../gateway-model.ts";
import { command } from "../command.ts";
import { durationMs } from "../quantity.ts";
import { clear, gatewayRule, type Finding, type Rule, type View } from "../rule.ts";

/** What the state machine of the connection says by itself. */

const look = (gateway: GatewayModel): string =>
  command(gateway.identity.name, ...(gateway.identity.local ? ["service", "status"] : ["doctor"]));

const finding = (view: View, next: string, more: Partial<Finding> = {}): Finding => {
  const report = view.gateway.connection;
  const since = report?.since ?? view.now;
  return {
    evidence:
      report === undefined
        ? { say: "never-heard-since", since }
        : { say: "connection", ...saidOf(report), since },
    at: since,
    next,
    onset: onset(
      since,
      report === undefined ? { say: "never-heard" } : { say: "connection-was", ...saidOf(report) },
    ),
    ...more,
  };
};

const gatewayDown = gatewayRule({
  id: "gateway-down",
  title: "Gateway down",
  explains: "Nobody listens, the connection broke without goodbye, or the socket is open and nothing comes.",
  severity: "critical",
  priority: "P0",
  incident: "gateway-down",
  hold: { forMs: 0, samples: 1, clearForMs: 5_000 },
  thresholds: { after: durationMs, afterGoodbye: durationMs },
  // A supervised restart takes 11 to 24 s and passes through "down"; an announced one may drain first.
  defaults: { after: 15_000, afterGoodbye: 120_000 },
  judge: (view, { after, afterGoodbye }) => {
    const report = view.gateway.connection;
    if (report === undefined) return "unknown";
    const lasted = view.now - Math.max(report.since, view.awakeSince);
    switch (report.state.kind) {
      case "down":
      case "crashed":
        return lasted >= after ? [finding(view, look(view.gateway))] : view.holds() ? "unknown" : clear;
      case "half-open":
        return [finding(view, look(view.gateway))];
      case "stopping": {
        const expected = Math.max(report.since, report.state.restartExpectedAt ?? 0);
        return view.now - Math.max(expected, view.awakeSince) >= afterGoodbye
          ? [finding(view, look(view.gateway), { priority: "P1" })]
          : clear;
      }
      case "http-only":
        return report.state.healthy === undefined
          ? "unknown"
          : report.state.healthy
            ? clear
            : lasted >= after
              ? [finding(view, look(view.gateway))]
              : view.holds()
                ? "unknown"
                : clear;
      case "connecting":
        // A further attempt is no sign of life.
        return "unknown";
      case "up":
      case "booting":
      case "frozen":
      case "crash-loop":
      case "suspended":
      case "under-scoped":
      case "pairing":
      case "unauthorised":
      case "incompatible":
        return clear;
    }
  },
});

const gatewayFrozen = gatewayRule({
  id: "gateway-frozen",
  title: "Gateway frozen",
  explains: "The port accepts, nobody answers: the event loop stands still.",
  severity: "critical",
  priority: "P0",
  incident: "frozen",
  hold: { forMs: 5_000, samples: 1, clearForMs: 5_000 },
  thresholds: {},
  defaults: {},
  judge: (view) => {
    const kind = view.gateway.connection?.state.kind;
    if (kind === undefined || kind === "connecting") return "unknown";
    return kind === "frozen" ? [finding(view, look(view.gateway))] : clear;
  },
});

const gatewayStartFails = gatewayRule({
  id: "gateway-start-fails",
  title: "Gateway does not get ready",
  explains: "It has been booting for far longer than a boot takes.",
  severity: "critical",
  priority: "P0",
  incident: "start-fails",
  hold: { forMs: 0, samples: 1, clearForMs: 0 },
  thresholds: { after: durationMs },
  // Measured boots take 11 to 24 s; a first one that builds its caches may take minutes on a small machine.
  defaults: { after: 300_000 },
  judge: (view, { after }) => {
    const report = view.gateway.connection;
    if (report === undefined || report.state.kind === "connecting") return "unknown";
    if (report.state.kind !== "booting") return clear;
    return view.now - Math.max(report.since, view.awakeSince) < after
      ? clear
      : [finding(view, command(view.gateway.identity.name, "snapshots", "compare", "last-good", "live"))];
  },
});

const refusals: ReadonlySet<string> = new Set(["unauthorised", "incompatible", "under-scoped", "pairing"]);

const gatewayRefuses = gatewayRule({
  id: "gateway-refuses",
  title: "Gateway refuses us",
  explains: "It runs, and does not let us see: wrong token, missing scopes, approval needed, other protocol.",
  severity: "warning",
  priority: "P2",
  incident: "other",
  hold: { forMs: 10_000, samples: 1, clearForMs: 0 },
  thresholds: {},
  defaults: {},
  judge: (view) => {
    const kind = view.gateway.connection?.state.kind;
    if (kind === undefined || kind === "connecting") return "unknown";
    return refusals.has(kind) ? [finding(view, command(view.gateway.identity.name, "doctor"))] : clear;
  },
});

export const unreachable: readonly Rule[] = [gatewayDown, gatewayFrozen, gatewayStartFails, gatewayRefuses];

import type { GatewayNews } from "../../src/clients/index.ts";
import {
  gatewayNamed,
  newModel,
  update,
  type AlertSettings,
  type Effect,
  type Event,
  type GatewayIdentity,
  type GatewayModel,
  type Model,
} from "../../src/watch/index.ts";

/** 2026-11-20 00:00:00Z: a whole minute, so that times in a test are easy to read. */
export const midnight = 1_795_132_800_000;

export const identity = (name: string, changes: Partial<GatewayIdentity> = {}): GatewayIdentity => ({
  name,
  url: `ws://127.0.0.1:18789/${name}`,
  labels: [],
  local: true,
  ...changes,
});

/**
 * A watch in a test: what is told, second by second, and what came of it. Time moves only by `wait`, which ticks once
 * a second as the real one does.
 */
export class Watching {
  model: Model;
  readonly events: Event[] = [];
  readonly effects: Effect[] = [];
  #now = midnight;

  constructor(names: readonly (string | GatewayIdentity)[], settings?: AlertSettings) {
    const gateways = names.map((name) => (typeof name === "string" ? identity(name) : name));
    this.model = newModel(midnight);
    this.tell({
      kind: "settings",
      at: midnight,
      gateways,
      alerts: settings ?? this.model.settings,
    });
  }

  get now(): number {
    return this.#now;
  }

  tell(event: Event): this {
    this.events.push(event);
    const step = update(this.model, event);
    this.model = step.model;
    this.effects.push(...step.effects);
    return this;
  }

  hear(gateway: string, ...news: readonly GatewayNews[]): this {
    for (const each of news) {
      this.tell({ kind: "gateway", event: { ...each, gateway, at: this.#now, from: "wire" } });
    }
    return this;
  }

  /** Lets time pass, a tick a second; `each` is told at every whole second. */
  wait(ms: number, each?: (second: number) => void): this {
    for (let passed = 1_000; passed <= ms; passed += 1_000) {
      this.#now += 1_000;
      each?.(passed / 1_000);
      this.tell({ kind: "tick", at: this.#now });
    }
    return this;
  }

  /** The machine sleeps: time passes and nothing ticks. */
  sleep(ms: number): this {
    this.#now += ms;
    return this;
  }

  gateway(name: string): GatewayModel {
    const gateway = gatewayNamed(this.model, name);
    if (gateway === undefined) throw new Error(`no gateway ${name} in this test`);
    return gateway;
  }

  /** Rules firing now, with their subjects: `session-dead(main:a)`. */
  firing(name: string): readonly string[] {
    return this.gateway(name)
      .alerts.filter((alert) => alert.state === "firing" || alert.state === "acknowledged")
      .map((alert) => (alert.subject === undefined ? alert.rule : `${alert.rule}(${alert.subject})`));
  }
}

export const up = (at: number): GatewayNews => ({
  kind: "connection",
  report: { state: { kind: "up" }, since: at, evidence: "hello-ok, protocol 4" },
});

export const hello = (bootId: string, version = "2026.9.6", uptimeMs = 3_600_000): GatewayNews => ({
  kind: "hello",
  hello: { version, bootId, uptimeMs, grantedScopes: ["operator.read"], tickIntervalMs: 30_000 },
});

/** All events through the model, from its beginning, and everything they asked of the world. */
export const play = (
  events: readonly Event[],
): { readonly model: Model; readonly effects: readonly Effect[] } => {
  let model = newModel(midnight);
  const effects: Effect[] = [];
  for (const event of events) {
    const step = update(model, event);
    ({ model } = step);
    effects.push(...step.effects);
  }
  return { model, effects };
};

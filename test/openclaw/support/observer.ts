import type { GatewaySettings, SecretSource } from "../../../src/clients/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import {
  type Alert,
  type Event,
  type GatewayModel,
  type Model,
  defaultAlertSettings,
  encodeEvent,
  encodeHeader,
  isFiring,
} from "../../../src/watch/index.ts";
import { startWatching } from "../../../src/watch/effects/index.ts";
import { type RealGateway, until } from "../kit/index.ts";

/** The product's own eyes on a real gateway: what it tells, and what the watch makes of it. */
export type Observer = AsyncDisposable & {
  readonly model: () => Model;
  readonly gateway: () => GatewayModel;
  /** Waits until the model shows it, and gives back the gateway then. */
  readonly sees: (
    what: string,
    shows: (gateway: GatewayModel) => boolean,
    withinMs?: number,
  ) => Promise<GatewayModel>;
  readonly state: (kind: string, withinMs?: number) => Promise<NonNullable<GatewayModel["connection"]>>;
  /** Waits until this rule fires for the gateway. */
  readonly alert: (rule: string, withinMs?: number) => Promise<Alert>;
  /** Everything so far, as a recording that can be replayed. */
  readonly recording: () => readonly string[];
};

type Wanted = Partial<Pick<GatewaySettings, "url" | "name" | "httpOnly" | "tls" | "insecure">> & {
  readonly token?: SecretSource | "none";
  readonly identityDir?: string;
};

export const settingsOf = (gateway: RealGateway, wanted: Wanted = {}): GatewaySettings => {
  const { token = { kind: "inline", value: gateway.token } } = wanted;
  return {
    name: wanted.name ?? "real",
    url: wanted.url ?? gateway.url,
    labels: [],
    ...(token === "none" ? {} : { token }),
    stateDir: gateway.stateDir,
    service: { kind: "none" },
    readOnly: false,
    insecure: wanted.insecure ?? false,
    ...(wanted.tls === undefined ? {} : { tls: wanted.tls }),
    httpOnly: wanted.httpOnly ?? false,
  };
};

export const observe = (gateway: RealGateway, wanted: Wanted = {}): Observer => {
  const settings = settingsOf(gateway, wanted);
  const begun = Date.now();
  const { name, url, labels } = settings;
  const lines = [
    encodeHeader(begun),
    // A recording stands alone: it says whom it is about.
    encodeEvent({
      kind: "settings",
      at: begun,
      gateways: [{ name, url, labels, local: true }],
      alerts: defaultAlertSettings,
    }),
  ];
  const recordEvent = (event: Event): void => {
    lines.push(encodeEvent(event));
  };
  const watching = startWatching({
    gateways: [settings],
    ports: {
      clock: systemClock,
      random: Math.random,
      secret: (source) => Promise.resolve(source.kind === "inline" ? source.value : ""),
      version: "0.0.0",
      ...(wanted.identityDir === undefined ? {} : { identityDir: wanted.identityDir }),
    },
    onChange: () => undefined,
    onEvent: recordEvent,
  });
  const current = (): GatewayModel => {
    const [found] = watching.model().gateways;
    if (found === undefined) throw new Error("the model has the gateway it was given");
    return found;
  };
  const sees: Observer["sees"] = async (what, shows, withinMs) =>
    until(
      what,
      () => {
        const found = current();
        return shows(found) && found;
      },
      {
        ...(withinMs === undefined ? {} : { withinMs }),
        evidence: () =>
          `connection: ${JSON.stringify(current().connection)}\nalerts: ${JSON.stringify(
            current().alerts.map(({ rule, state, evidence }) => ({ rule, state, evidence })),
          )}\nfailures: ${JSON.stringify(
            [...current().sessions.values()].flatMap(({ facts, lastFailure }) =>
              lastFailure === undefined ? [] : [[facts.key, lastFailure.reason, facts.lastError]],
            ),
          )}\ncalls: ${JSON.stringify(current().calls)}\nthe gateway said:\n${gateway.said(15)}`,
      },
    );
  return {
    model: watching.model,
    gateway: current,
    sees,
    state: async (kind, withinMs) => {
      const { connection } = await sees(
        `the state ${kind}`,
        (it) => it.connection?.state.kind === kind,
        withinMs,
      );
      if (connection === undefined) throw new Error("a state that was seen is there");
      return connection;
    },
    alert: async (rule, withinMs) => {
      const firing = (it: GatewayModel): Alert | undefined =>
        it.alerts.find((alert) => alert.rule === rule && isFiring(alert));
      const seen = await sees(`the alert ${rule}`, (it) => firing(it) !== undefined, withinMs);
      const found = firing(seen);
      if (found === undefined) throw new Error("an alert that was seen is there");
      return found;
    },
    recording: () => lines,
    [Symbol.asyncDispose]: watching.stop,
  };
};

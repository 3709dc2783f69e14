import {
  freshValue,
  prometheusMetrics,
  theVault,
  vitalNames,
  type Alert,
  type GatewayModel,
  type Model,
} from "../../watch/index.ts";
import { isUnreachable } from "./verdict.ts";

type Family = {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};

/** Everything known of a fleet as Prometheus text (0.0.4): base units, one family a vital, unknown ones left out. */
export const exposition = (model: Model, alerts: readonly Alert[]): string =>
  families(model, alerts)
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join("");

const families = (model: Model, alerts: readonly Alert[]): readonly Family[] => [
  {
    name: "clawback_gateway_up",
    help: "1 while the gateway answers, 0 while it does not.",
    samples: model.gateways.map((gateway) => ({
      labels: { gateway: gateway.identity.name },
      value: isUnreachable(gateway) ? 0 : 1,
    })),
  },
  {
    name: "clawback_gateway_info",
    help: "Always 1; the labels say the state, the version and the labels of the gateway.",
    samples: model.gateways.map((gateway) => ({ labels: infoOf(gateway), value: 1 })),
  },
  ...prometheusMetrics.map(({ metric, vital, scale }): Family => ({
    name: metric,
    help: `The vital ${vital} of the gateway.`,
    samples: model.gateways.flatMap((gateway) => {
      const value = freshValue(gateway.vitals, vital, model.now);
      return value === undefined
        ? []
        : [{ labels: { gateway: gateway.identity.name }, value: value * scale }];
    }),
  })),
  {
    name: "clawback_alert_firing",
    help: "1 for each alert that fires, acknowledged ones included.",
    samples: alerts.map((alert) => ({
      labels: {
        gateway: alert.gateway === theVault ? "" : alert.gateway,
        rule: alert.rule,
        subject: alert.subject ?? "",
        severity: alert.severity,
        priority: alert.priority,
        state: alert.state,
      },
      value: 1,
    })),
  },
];

const infoOf = ({ identity, connection, hello }: GatewayModel): Readonly<Record<string, string>> => ({
  gateway: identity.name,
  state: connection?.state.kind ?? "unknown",
  version: hello?.version ?? "",
  labels: identity.labels.join(","),
});

const familyText = ({ name, help, samples }: Family): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels, value }) => {
      const written = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`);
      return `${name}{${written.join(",")}} ${value}`;
    }),
    "",
  ].join("\n");

const quoted = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/** The same as data, unknown ones null. */
export const metricsDocument = (model: Model, alerts: readonly Alert[]): object => ({
  at: new Date(model.now).toISOString(),
  gateways: model.gateways.map((gateway) => ({
    name: gateway.identity.name,
    labels: gateway.identity.labels,
    up: !isUnreachable(gateway),
    state: gateway.connection?.state.kind ?? "unknown",
    version: gateway.hello?.version ?? null,
    metrics: Object.fromEntries(
      vitalNames.map((name) => [name, freshValue(gateway.vitals, name, model.now) ?? null]),
    ),
  })),
  alerts,
});

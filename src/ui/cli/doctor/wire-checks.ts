import type { GatewaySettings } from "../../../clients/index.ts";
import { age, harmlessLine } from "../../../ground/index.ts";
import { conditionOf, type GatewayModel } from "../../../watch/index.ts";
import type { GatewayStatus } from "../status/fleet-status.ts";
import { failed, ok, warning, type Check } from "./check.ts";

/** What a gateway itself tells: whether it answers, what fires, its version, its configuration, its clock. */
export const wireChecks = (
  { row, alerts, verdict, doubts }: GatewayStatus,
  fleet: readonly GatewayModel[],
  now: number,
): readonly Check[] => {
  const { gateway, name } = row;
  const again = `clawback status --deep --gateway ${name}`;
  const { connection } = gateway;
  const evidence = harmlessLine(connection?.evidence ?? "it said nothing yet");
  return [
    verdict === "unreachable"
      ? failed("connection", name, evidence, connection?.next ?? again)
      : conditionOf(gateway, now).severity === "maintenance"
        ? warning("connection", name, evidence, connection?.next ?? again)
        : ok("connection", name, evidence),
    ...(alerts.length === 0
      ? verdict === "unreachable"
        ? []
        : doubts.length === 0
          ? [ok("alerts", name, "no alert fires")]
          : doubts.map((doubt) => warning("alerts", name, doubt, again))
      : alerts.map((alert) =>
          (alert.severity === "critical" ? failed : warning)(
            "alerts",
            name,
            `${alert.priority} ${alert.rule}: ${harmlessLine(alert.evidence)}`,
            alert.next,
          ),
        )),
    ...versionCheck(gateway, fleet),
    ...configCheck(gateway),
    ...clockCheck(gateway),
  ];
};

const versionCheck = (
  { hello, identity }: GatewayModel,
  fleet: readonly GatewayModel[],
): readonly Check[] => {
  if (hello === undefined) return [];
  const versions = [...new Set(fleet.flatMap((each) => each.hello?.version ?? []))].toSorted(byVersion);
  const newest = versions.at(-1) ?? hello.version;
  return [
    hello.version === newest
      ? ok("version", identity.name, `OpenClaw ${hello.version}`)
      : warning(
          "version",
          identity.name,
          `OpenClaw ${hello.version}, while another gateway of yours runs ${newest}`,
          "Update it when it suits, with a snapshot from just before: clawback run -- openclaw update",
        ),
  ];
};

const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

const configCheck = ({ config, identity }: GatewayModel): readonly Check[] => {
  const { name } = identity;
  if (config === undefined) return [];
  if (!config.valid) {
    return [
      failed(
        "config-valid",
        name,
        `its configuration is broken, so the next restart will fail: ${config.issues.map((issue) => harmlessLine(issue, 200)).join("; ")}`,
        `Do not restart it. See what changed: clawback snapshots compare last-good live --gateway ${name}`,
      ),
    ];
  }
  return [
    config.pendingRestart === true
      ? warning(
          "config-valid",
          name,
          "its configuration is valid, and saved without being applied yet",
          `clawback service restart --gateway ${name}, when it suits`,
        )
      : ok("config-valid", name, "its configuration is valid"),
  ];
};

/** Beyond this its times and ours cannot be told together: what came first, how old a number is. */
const clocksApartMs = 30_000;

/** By the time it greets with. What it tells is put right by that, so its facts no longer show it. */
const clockCheck = ({ connection, hello, identity }: GatewayModel): readonly Check[] => {
  const { name } = identity;
  if (hello === undefined || connection?.state.kind !== "up") return [];
  const aheadMs = hello.clockAheadMs ?? 0;
  return [
    Math.abs(aheadMs) > clocksApartMs
      ? warning(
          "clock",
          name,
          `its clock is ${age(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`,
          "Have both machines keep time: timedatectl set-ntp true",
        )
      : ok("clock", name, "its clock agrees with this machine's"),
  ];
};

/** How its secret is kept, and how it travels. */
export const secretChecks = ({
  name,
  url,
  token,
  password,
  insecure,
  tls,
}: GatewaySettings): readonly Check[] => {
  const { protocol, hostname } = new URL(url);
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  const secret = token ?? password;
  return [
    ...(secret?.kind === "inline"
      ? [
          warning(
            "token",
            name,
            "its secret is written in clawback's configuration",
            "Use { env }, { file } or { command } instead.",
          ),
        ]
      : secret === undefined
        ? [
            warning(
              "token",
              name,
              "no token or password is configured for it",
              "Set token: { env: … } for it, unless it really asks for none.",
            ),
          ]
        : [ok("token", name, `its secret comes from ${secret.kind}`)]),
    ...(isLocal
      ? []
      : protocol === "wss:" || protocol === "https:"
        ? [ok("transport", name, tls === undefined ? "encrypted" : "encrypted, certificate pinned or own CA")]
        : [
            (insecure ? warning : failed)(
              "transport",
              name,
              `${protocol}// to another machine sends the secret readable`,
              "Use wss://, or a tunnel to this machine (ssh -L).",
            ),
          ]),
  ];
};

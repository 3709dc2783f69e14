import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { age, bytes, counted, dayMs, harmlessLine, percent } from "../../../ground/index.ts";
import {
  findOwner,
  gatewayAddress,
  readConfig,
  readState,
  statePlace,
  textAt,
  type ConfigReading,
  type StatePlace,
  type StateReading,
} from "../../../openclaw/index.ts";
import { failed, ok, warning, type Check } from "./check.ts";
import { modesCheck } from "./file-modes.ts";

const diskLowBytes = 2e9;
const diskEmptyBytes = 5e8;
/** OpenClaw makes tokens of 48 hexadecimal digits; much less can be guessed. */
const tokenMinimum = 24;

/** What lies on disk: configuration, modes, space, restarts, memory. It needs no gateway that answers. */
export const stateChecks = async (
  name: string,
  stateDir: string,
  now: number,
  signal: AbortSignal,
): Promise<readonly Check[]> => {
  const place = statePlace({ env: {}, home: homedir(), stateDir, exists: existsSync });
  const config = await readConfig(place.configPath, { includeRoots: place.includeRoots });
  const owner = await findOwner(stateDir, { now });
  const known = owner.kind === "alive" ? "alive" : owner.kind === "unknown" ? "unknown" : "gone";
  const state = await readState(stateDir, { owner: known, signal });
  return [
    ...configChecks(name, place, config),
    ...(await modesCheck(name, [
      { path: stateDir, mode: 0o700, what: "state directory" },
      { path: place.configPath, mode: 0o600, what: "openclaw.json" },
      { path: join(stateDir, "credentials"), mode: 0o700, what: "credentials" },
      { path: join(stateDir, "state", "openclaw.sqlite"), mode: 0o600, what: "database" },
    ])),
    ...(await diskChecks(name, stateDir)),
    ...findingChecks(name, state),
    ...restartChecks(name, state, now),
    ...memoryChecks(name, state),
  ];
};

const configChecks = (name: string, place: StatePlace, config: ConfigReading): readonly Check[] => {
  if (config.kind === "absent") {
    return [
      warning(
        "config-file",
        name,
        `there is no ${place.configPath}`,
        "Run openclaw onboard, or check stateDir.",
      ),
    ];
  }
  if (config.findings.length > 0 || config.kind === "broken") {
    return config.findings.map(({ message, hint, path }) =>
      failed("config-file", name, `${harmlessLine(path, 300)} ${message}`, hint),
    );
  }
  const { bind = "loopback", authMode, tokens, passwords } = gatewayAddress(config.config, { env: {} });
  const isOpen = bind !== "loopback";
  const hasSecret = tokens.length + passwords.length > 0;
  const token = textAt(config.config, ["gateway", "auth", "token"]);
  return [
    ok("config-file", name, `${place.configPath} can be read`),
    authMode === "none" || !hasSecret
      ? (isOpen ? failed : warning)(
          "bind",
          name,
          `it listens on ${bind} and asks for no secret${hasSecret ? ` (auth mode ${authMode ?? "?"})` : " that is written down"}`,
          "Set gateway.auth.token: openclaw doctor --generate-gateway-token",
        )
      : ok("bind", name, `it listens on ${bind} and asks for a ${tokens.length > 0 ? "token" : "password"}`),
    ...(token !== undefined && !token.startsWith("${") && token.length < tokenMinimum
      ? [
          warning(
            "token-strength",
            name,
            `its token has ${token.length} characters`,
            `Use one of at least ${tokenMinimum}: openssl rand -hex 24`,
          ),
        ]
      : []),
  ];
};

const diskChecks = async (name: string, stateDir: string): Promise<readonly Check[]> => {
  if (!existsSync(stateDir)) return [];
  const { bavail, blocks, bsize } = await statfs(stateDir);
  const free = bavail * bsize;
  const evidence = `${bytes(free)} free (${percent(bavail / Math.max(1, blocks))}) where its state lies`;
  if (free < diskEmptyBytes)
    return [failed("disk", name, evidence, "Make room now: the gateway cannot write soon.")];
  return [
    free < diskLowBytes
      ? warning(
          "disk",
          name,
          evidence,
          "Make room: clawback snapshots cleanup --dry-run shows what could go.",
        )
      : ok("disk", name, evidence),
  ];
};

const findingChecks = (
  name: string,
  { findings, quarantine, sessions, kind }: StateReading,
): readonly Check[] => {
  const damage = [
    ...findings.map(({ message, hint }) => failed("state-read", name, message, hint)),
    ...quarantine.map(({ path, reason }) =>
      failed(
        "state-read",
        name,
        `the gateway set ${harmlessLine(path, 200)} aside as damaged${reason === undefined ? "" : `: ${harmlessLine(reason, 200)}`}`,
        `clawback snapshots compare last-good live --gateway ${name}`,
      ),
    ),
  ];
  return damage.length > 0
    ? damage
    : [
        ok(
          "state-read",
          name,
          `its state can be read whole: ${kind}, ${counted(sessions.length, "session")}`,
        ),
      ];
};

const restartChecks = (name: string, { boots }: StateReading, now: number): readonly Check[] => {
  if (boots === undefined) return [];
  const recent = boots.filter(({ startedAt }) => now - startedAt < dayMs);
  const bad = recent.filter(({ outcome }) => outcome.kind === "crashed" || outcome.kind === "startup-failed");
  const newest = bad.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  return [
    newest === undefined
      ? ok("restarts", name, `starts in the last day: ${recent.length}, none ended badly`)
      : warning(
          "restarts",
          name,
          `${bad.length} of ${recent.length} starts in the last day ended badly, the newest began ${age(now - newest.startedAt)} ago (${newest.outcome.kind})`,
          `clawback logs --level error --gateway ${name}`,
        ),
  ];
};

const memoryChecks = (name: string, { memory }: StateReading): readonly Check[] => {
  const behind = memory.filter(({ stale = 0, gone = 0 }) => stale + gone > 0);
  if (memory.length === 0) return [];
  const unseen = memory.filter(({ indexedFiles = 0, stale }) => indexedFiles > 0 && stale === undefined);
  if (behind.length === 0 && unseen.length > 0) {
    return [
      warning(
        "memory",
        name,
        `not known: an index is in use, and the files it stands for could not be looked at (${unseen.map(({ agentId }) => harmlessLine(agentId, 60)).join(", ")})`,
        "Run this where the agents' workspaces are, as a user who may read them.",
      ),
    ];
  }
  return [
    behind.length === 0
      ? ok("memory", name, "memory files and their index agree")
      : warning(
          "memory",
          name,
          `memory files and their index disagree: ${behind.map(({ agentId, stale = 0, gone = 0 }) => `${harmlessLine(agentId, 60)} ${stale} stale, ${gone} gone`).join("; ")}`,
          "Have the gateway index them again: openclaw memory index",
        ),
  ];
};

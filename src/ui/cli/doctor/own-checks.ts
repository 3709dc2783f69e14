import { existsSync } from "node:fs";
import { join } from "node:path";
import { age, bytes, counted, dayMs, isProblem } from "../../../ground/index.ts";
import { openFormerHistory } from "../../history.ts";
import { keysFor, openConfiguredVault, vaultSettings } from "../../vault-source.ts";
import type { Context } from "../command.ts";
import { failed, ok, warning, type Check } from "./check.ts";
import { modesCheck } from "./file-modes.ts";

const unverifiedMs = 7 * dayMs;

/** clawback itself: its version and Node, its configuration, its memory, who watches, and the vault. */
export const ownChecks = async (context: Context): Promise<readonly Check[]> => {
  const config = await context.config();
  const now = context.clock.now();
  return [
    ok(
      "version",
      "clawback",
      `clawback ${context.version}, Node ${process.versions.node}, ${process.platform}`,
    ),
    ...(config.warnings.length === 0
      ? [ok("config", "clawback", config.file ?? "no configuration file: every key at its default")]
      : config.warnings.map((text) => warning("config", "clawback", text, "clawback config show"))),
    ...(existsSync(config.stateHome) || config.file !== undefined
      ? await modesCheck("clawback", [
          ...(config.file === undefined
            ? []
            : [{ path: config.file, mode: hasInlineSecret(config) ? 0o600 : 0o644, what: "configuration" }]),
          { path: config.stateHome, mode: 0o700, what: "state" },
          { path: join(config.stateHome, "identity"), mode: 0o700, what: "device identity" },
          { path: join(config.stateHome, "history.sqlite"), mode: 0o600, what: "history" },
        ])
      : []),
    ...(await historyChecks(context, now)),
    ...(await vaultChecks(context, now)),
  ];
};

const hasInlineSecret = ({ gateways }: Awaited<ReturnType<Context["config"]>>): boolean =>
  gateways.some(({ token, password }) => token?.kind === "inline" || password?.kind === "inline");

const historyChecks = async (context: Context, now: number): Promise<readonly Check[]> => {
  const next = "clawback guard install";
  try {
    using history = await openFormerHistory(context);
    if (history === undefined) {
      return [warning("guard", "clawback", "nobody has ever watched: there is no history", next)];
    }
    const beat = history.lastBeat();
    return [
      history.isWatched(now)
        ? ok("guard", "clawback", "a guard or a console watches")
        : warning(
            "guard",
            "clawback",
            `nobody watches${beat === undefined ? "" : ` for ${age(now - beat)}`}: alerts that need time cannot fire`,
            next,
          ),
      ok("history", "clawback", `history of ${bytes(history.sizeBytes())}`),
    ];
  } catch (error) {
    if (!isProblem(error)) throw error;
    return [
      failed("history", "clawback", error.message, error.hint ?? "Move the file away to begin a new one."),
    ];
  }
};

const vaultChecks = async (context: Context, now: number): Promise<readonly Check[]> => {
  const settings = await vaultSettings(context);
  const { path } = settings;
  if (!existsSync(join(path, "vault.json"))) {
    return [
      warning(
        "vault",
        "vault",
        `there is no vault at ${path}: nothing could be taken back`,
        "clawback vault init",
      ),
    ];
  }
  const { keyFile } = keysFor(context, settings);
  const modes = await modesCheck("vault", [
    { path, mode: 0o700, what: "vault" },
    ...(keyFile === undefined ? [] : [{ path: keyFile, mode: 0o600, what: "key file" }]),
  ]);
  try {
    const { vault } = await openConfiguredVault({ ...context, ask: () => Promise.resolve(undefined) });
    const { snapshots, findings } = await vault.list();
    const newest = snapshots.at(-1);
    const unverified = snapshots.find(
      ({ createdAt, verifiedAt }) => verifiedAt === null && now - Date.parse(createdAt) > unverifiedMs,
    );
    return [
      ok("vault", "vault", `${counted(snapshots.length, "snapshot")} at ${path}, and the key opens it`),
      ...modes,
      ...findings.map(({ message, hint }) =>
        failed("vault", "vault", message, hint ?? "clawback vault info"),
      ),
      newest === undefined
        ? warning("vault-newest", "vault", "it holds no snapshot yet", "clawback snapshots save")
        : now - Date.parse(newest.createdAt) > dayMs
          ? warning(
              "vault-newest",
              "vault",
              `its newest snapshot is ${age(now - Date.parse(newest.createdAt))} old`,
              "clawback snapshots save",
            )
          : ok("vault-newest", "vault", `newest snapshot ${newest.id}`),
      unverified === undefined
        ? ok("vault-verified", "vault", "no snapshot older than a week is unverified")
        : warning(
            "vault-verified",
            "vault",
            `${unverified.id} and maybe others were never verified`,
            "clawback snapshots verify --all",
          ),
    ];
  } catch (error) {
    if (!isProblem(error)) throw error;
    return [...modes, failed("vault", "vault", error.message, error.hint ?? "clawback vault info")];
  }
};

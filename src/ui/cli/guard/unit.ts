import { join } from "node:path";

export type GuardUnit = { readonly path: string; readonly text: string };

export const guardUnitName = "clawback-guard.service";

/** The systemd user unit of the guard: started with the user's session, again after a failure, and held small. */
export const guardUnit = (given: {
  readonly configHome: string;
  /** Node and the program, as this process was started. */
  readonly command: readonly string[];
  /** What it is to be started with, besides: the configuration, another vault. */
  readonly options: readonly string[];
}): GuardUnit => {
  const { configHome, command, options } = given;
  const argv = [...command, "guard", ...options];
  return {
    path: join(configHome, "systemd", "user", guardUnitName),
    text: `[Unit]
Description=clawback guard: watches OpenClaw gateways
After=network-online.target

[Service]
ExecStart=${argv.map(unitWord).join(" ")}
Restart=on-failure
RestartSec=5
# Ctrl-c and a stop are the same good end to it.
SuccessExitStatus=130
KillMode=mixed
TimeoutStopSec=30
NoNewPrivileges=yes
MemoryMax=500M
Nice=5

[Install]
WantedBy=default.target
`,
  };
};

/** systemd reads quotes, backslashes, % and $ in a command line. */
const unitWord = (word: string): string => {
  const escaped = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(escaped)
    ? escaped
    : `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
};

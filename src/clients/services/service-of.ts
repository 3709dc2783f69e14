import { errnoOf, type Clock } from "../../ground/index.ts";
import { type Owner, findOwner } from "../../openclaw/index.ts";
import type { GatewaySettings } from "../settings.ts";
import { bareProcess } from "./bare-process.ts";
import { driven } from "./drive.ts";
import { launchd } from "./launchd.ts";
import { openclawCommands, ownCommands } from "./own-command.ts";
import type { Service, Supervisor } from "./service.ts";
import { systemd } from "./systemd.ts";

export type ServicePorts = {
  readonly clock: Clock;
  /** What the commands are run with; PATH finds them. */
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly home: string;
};

/** The way to handle one gateway, as its configuration names it. */
export const serviceOf = (
  { service, stateDir }: Pick<GatewaySettings, "service" | "stateDir">,
  ports: ServicePorts,
): Service => {
  const { clock, env, uid, home } = ports;
  const owner = async (): Promise<Owner | undefined> =>
    stateDir === undefined ? undefined : findOwner(stateDir, { now: clock.now() });
  return driven(supervisorOf(), { clock, owner, kill: signalProcess });

  function supervisorOf(): Supervisor {
    switch (service.kind) {
      case "systemd":
      case "systemd-user":
        return systemd(service.kind, service.unit, env);
      case "launchd":
        return launchd(service.unit, { uid, home }, env);
      case "openclaw":
        return openclawCommands(stateDir, env);
      case "command":
        return ownCommands(service, env);
      case "none":
        return bareProcess({
          owner,
          env,
          terminate: (pid) => {
            signalProcess(pid, "SIGTERM");
          },
        });
    }
  }
};

const signalProcess = (pid: number, signal: "SIGTERM" | "SIGKILL"): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone in the meantime is what was wanted; not being allowed shows as a process that does not end.
    const code = errnoOf(error);
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
};

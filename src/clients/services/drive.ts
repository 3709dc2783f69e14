import type { Driven, DrivePorts } from "./order.ts";
import type { Service, ServiceStatus, Supervisor } from "./service.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";

/** The waiting around a supervisor: the same for all of them, with the lock of the state directory as second witness. */
export const driven = (supervisor: Supervisor, ports: DrivePorts): Service => {
  /** The supervisor's word, corrected by the lock: a held directory is never stopped. */
  const status = async (signal: AbortSignal): Promise<ServiceStatus> => {
    const said = await supervisor.status(signal);
    const owner = await ports.owner();
    if (owner === undefined) return said;
    const evidence = [...said.evidence, ...owner.evidence];
    const pid = said.pid ?? (owner.kind === "alive" ? owner.pid : undefined);
    // Of another process that has the directory its supervisor may know nothing.
    const isAnother = owner.kind !== "nobody" && owner.kind !== "dead" && owner.pid !== said.pid;
    const { staysStopped, ...same } = said;
    const rest = {
      ...same,
      evidence,
      ...(pid === undefined ? {} : { pid }),
      ...(staysStopped === undefined || isAnother ? {} : { staysStopped }),
    };
    if (owner.kind === "alive" && (said.state === "stopped" || said.state === "unknown")) {
      return { ...rest, state: "running" };
    }
    if (said.state === "unknown" && (owner.kind === "nobody" || owner.kind === "dead")) {
      return { ...rest, state: "stopped" };
    }
    return rest;
  };
  const gateway: Driven = { ...ports, supervisor, status };
  return {
    words: supervisor.words,
    status,
    stop: (options) => stop(gateway, options),
    start: (options) => start(gateway, options),
    restart: async (options) => {
      const stopped = await stop(gateway, options);
      const gone =
        stopped.outcome === "done" || stopped.outcome === "already" || stopped.outcome === "killed";
      if (!gone) return stopped;
      const started = await start(gateway, options);
      return {
        ...started,
        tookMs: stopped.tookMs + started.tookMs,
        evidence: [...stopped.evidence, ...started.evidence],
      };
    },
  };
};

import type { Service } from "../../../clients/index.ts";
import { isProblem } from "../../../ground/index.ts";
import { failed, ok, warning, type Check } from "./check.ts";

/** What its supervisor says, for a gateway of this machine. */
export const serviceCheck = async (name: string, service: Service, signal: AbortSignal): Promise<Check> => {
  const next = `clawback service status --gateway ${name}`;
  try {
    const { state, restarts, evidence } = await service.status(signal);
    const seen = `${service.words}: ${state}${evidence[0] === undefined ? "" : ` (${evidence[0]})`}`;
    if (state === "stopped" || state === "failed") {
      return failed("service", name, seen, `clawback service start --gateway ${name}`);
    }
    if (state !== "running") return warning("service", name, seen, next);
    return restarts === false
      ? warning(
          "service",
          name,
          `${seen}; nobody starts it again when it ends`,
          "Let a supervisor run it: openclaw gateway install",
        )
      : ok("service", name, seen);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return warning("service", name, error.message, error.hint ?? next);
  }
};

import { driven, type Service } from "../clients/index.ts";
import type { DemoControl } from "../demo/index.ts";
import type { Clock } from "../ground/index.ts";

/** The supervisor of a gateway of the demo fleet: what stops and starts a real one works on the demo too. */
export const demoService = (control: DemoControl, clock: Clock): Service => {
  const service = driven(
    {
      words: "the demo fleet",
      status: () => {
        const said = control.status();
        return Promise.resolve({
          // As of any process: whether it is ready is for the probes to say.
          state: said === "stopped" ? "stopped" : "running",
          evidence: [`the demo fleet says that it is ${said}`],
        });
      },
      stop: { ask: () => taken(control.stop()) },
      start: { ask: () => taken(control.start()) },
      kill: () => taken(control.kill()),
    },
    {
      clock,
      // Its lock names this very process: the fleet's own word is all there is.
      owner: () => Promise.resolve(undefined),
      kill: () => undefined,
    },
  );
  // Nobody else starts it again.
  return { ...service, stop: (options) => service.stop({ settleMs: 0, ...options }) };
};

const taken = async (done: Promise<void>): Promise<{ readonly kind: "taken" }> => {
  await done;
  return { kind: "taken" };
};

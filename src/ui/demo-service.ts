import type { Service, ServiceResult, ServiceStatus } from "../clients/index.ts";
import type { DemoControl } from "../demo/index.ts";
import type { Clock } from "../ground/index.ts";

/** The supervisor of a gateway of the demo fleet: what stops and starts a real one works on the demo too. */
export const demoService = (control: DemoControl, clock: Clock): Service => {
  const status = (): ServiceStatus => {
    const said = control.status();
    return {
      state: said === "frozen" ? "running" : said,
      evidence: [`the demo fleet says that it is ${said}`],
    };
  };
  const done = (since: number): ServiceResult => ({
    outcome: "done",
    tookMs: clock.steady() - since,
    evidence: status().evidence,
  });
  const stop: Service["stop"] = async ({ onEvent }) => {
    const since = clock.steady();
    if (status().state === "stopped") return { ...done(since), outcome: "already" };
    onEvent?.({ kind: "asked", words: "asked the demo fleet to stop it" });
    await control.stop();
    return done(since);
  };
  const start: Service["start"] = async ({ onEvent }) => {
    const since = clock.steady();
    if (status().state === "running") return { ...done(since), outcome: "already" };
    onEvent?.({ kind: "asked", words: "asked the demo fleet to start it" });
    await control.start();
    return done(since);
  };
  return {
    words: "the demo fleet",
    status: () => Promise.resolve(status()),
    stop,
    start,
    restart: async (options) => {
      const since = clock.steady();
      await stop(options);
      await start(options);
      return done(since);
    },
  };
};

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findOpenClaw, type RealGateway } from "../kit/index.ts";
import { observe } from "./observer.ts";

const run = promisify(execFile);

/** Connects as a device of another machine that is not known; answers with the command that is shown for approving it. */
export const askFromAfar = async (
  gateway: RealGateway,
  url: string,
  identityDir: string,
): Promise<{ readonly requestId: string; readonly approve: string }> => {
  await using eye = observe(gateway, { url, identityDir });
  const { state } = await eye.state("pairing");
  if (state.kind !== "pairing" || state.approve === undefined || state.requestId === undefined)
    throw new Error("no command is shown");
  return { requestId: state.requestId, approve: state.approve };
};

/** Runs what is shown, as it is shown, where the gateway lives: it takes seconds. */
export const runShown = async (gateway: RealGateway, shown: string): Promise<void> => {
  const [program, ...args] = shown.split(" ");
  if (program !== "openclaw") throw new Error(`another program is shown: ${shown}`);
  const { env, cwd } = gateway.command;
  await run(process.execPath, [await findOpenClaw(), ...args], { env: { ...env }, cwd });
};

/** Pairs it, up to the token of its own. `url` must stay the same: tokens are kept by address. */
export const pairFromAfar = async (gateway: RealGateway, url: string, identityDir: string): Promise<void> => {
  const { requestId } = await askFromAfar(gateway, url, identityDir);
  await using admin = await gateway.admin();
  await admin.call("device.pair.approve", { requestId });
  await isUp(gateway, url, identityDir);
};

export const isUp = async (gateway: RealGateway, url: string, identityDir: string): Promise<void> => {
  await using eye = observe(gateway, { url, identityDir });
  await eye.state("up");
};

/** Whether it gets in with nothing but the token that the gateway gave it. */
export const isLetIn = async (gateway: RealGateway, url: string, identityDir: string): Promise<boolean> => {
  await using eye = observe(gateway, { url, identityDir, token: "none" });
  const answered = new Set(["up", "sick", "unauthorised", "pairing", "under-scoped"]);
  const seen = await eye.sees("an answer", ({ connection }) => answered.has(connection?.state.kind ?? ""));
  return seen.connection?.state.kind === "up";
};

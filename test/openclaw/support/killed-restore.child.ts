import { serviceOf } from "../../../src/clients/index.ts";
import { openVault } from "../../../src/core/index.ts";
import { systemClock } from "../../../src/ground/index.ts";
import { stateSource } from "../../../src/keeping/index.ts";
import { planRestore, restoreInPlace } from "../../../src/watch/effects/index.ts";
import { portsOf, settingsOf } from "./takeback-desk.ts";

/** Restores a snapshot in place and kills itself, without a word, when it reaches a named point. */
const [
  home = "",
  stateDir = "",
  url = "",
  token = "",
  vaultPath = "",
  id = "",
  killAt = "",
  drives = "drives",
] = process.argv.slice(2);
const settings = settingsOf({ url, token, stateDir });
const vault = await openVault(vaultPath, { keys: { keyFile: `${vaultPath}.key` } });
const live = () => stateSource({ stateDir, env: { HOME: home } });
const service = serviceOf(settings, {
  clock: systemClock,
  env: process.env,
  uid: process.getuid?.() ?? 0,
  home,
});
const common = {
  vault,
  settings,
  service,
  controllable: drives === "drives",
  clock: systemClock,
  signal: new AbortController().signal,
};
const source = await live();
const prepared = await planRestore({
  ...common,
  snapshot: await vault.show(id),
  source,
  choice: { only: [], except: [] },
  readOnly: false,
});
await restoreInPlace({
  ...common,
  prepared,
  source,
  lookAgain: live,
  ports: portsOf(home),
  settleMs: 500,
  onEvent: () => undefined,
  onPoint: (point) => {
    if (killAt === "nowhere") process.stdout.write(`${point}\n`);
    if (point === killAt) process.kill(process.pid, "SIGKILL");
  },
});

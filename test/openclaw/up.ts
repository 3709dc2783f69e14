import { once } from "node:events";
import { startGateway } from "./kit/index.ts";

/**
 * A real gateway to try things on by hand: `node test/openclaw/up.ts [--telegram] [--tls] [--lan]` says where it is,
 * and ctrl-c ends it and removes it.
 */
const asked = (flag: string): boolean => process.argv.includes(flag);
const gateway = await startGateway({
  telegram: asked("--telegram"),
  tls: asked("--tls"),
  lan: asked("--lan"),
});
process.stdout.write(
  `url    ${gateway.url}\ntoken  ${gateway.token}\nstate  ${gateway.stateDir}\nctrl-c ends it\n`,
);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await gateway[Symbol.asyncDispose]();

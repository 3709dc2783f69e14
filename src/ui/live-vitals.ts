import { connect } from "node:net";
import type { GatewaySettings } from "../clients/index.ts";
import type { Context } from "./cli/command.ts";

/** A port on this machine answers at once or not at all. */
const answerWithinMs = 300;
/** Longer, and the snapshot would no longer be of the moment it was asked for. */
const lookWithinMs = 2_500;

/** The numbers of a gateway that answers now; undefined when none does, so that a snapshot never waits for one. */
export const liveVitals = async (
  context: Context,
  settings: GatewaySettings,
): Promise<Readonly<Record<string, number>> | undefined> => {
  if (!(await answers(settings.url))) return undefined;
  const { look } = await import("./cli/look.ts");
  const { numbersNow } = await import("../watch/index.ts");
  const fleet = {
    gateways: [settings],
    banner: undefined,
    demo: undefined,
    recovered: [],
    [Symbol.asyncDispose]: async (): Promise<void> => undefined,
  };
  const model = await look(context, fleet, { withinMs: lookWithinMs });
  const [gateway] = model.gateways;
  if (gateway?.connection?.state.kind !== "up") return undefined;
  return numbersNow(gateway.vitals, model.now);
};

const answers = async (url: string): Promise<boolean> => {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "wss:" ? 443 : 80) : Number(port),
  });
  const answered = await new Promise<boolean>((resolve) => {
    socket.setTimeout(answerWithinMs);
    socket.once("connect", () => {
      resolve(true);
    });
    for (const event of ["error", "timeout", "close"]) {
      socket.once(event, () => {
        resolve(false);
      });
    }
  });
  socket.destroy();
  return answered;
};

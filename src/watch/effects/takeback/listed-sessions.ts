import * as z from "zod";
import { actOnGateway, type GatewayPorts, type GatewaySettings } from "../../../clients/index.ts";
import { isProblem } from "../../../ground/index.ts";

const rows = z.object({ sessions: z.array(z.object({ key: z.string() })) });

/** The sessions that the gateway itself lists; undefined when it cannot be asked, which the disk then has to answer. */
export const listedSessionKeys = async (
  settings: GatewaySettings,
  ports: GatewayPorts,
): Promise<readonly string[] | undefined> => {
  try {
    return await actOnGateway(settings, ports, {
      scopes: ["operator.read"],
      method: "sessions.list",
      params: {},
      timeoutMs: 10_000,
      read: (payload) => rows.parse(payload).sessions.map(({ key }) => key),
    });
  } catch (error) {
    if (isProblem(error) || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

import * as z from "zod";
import { actOnGateway, type GatewayPorts, type GatewaySettings } from "../../../clients/index.ts";
import { isProblem } from "../../../ground/index.ts";

const rows = z.object({
  sessions: z.array(z.object({ key: z.string() })),
  hasMore: z.boolean().nullish(),
  totalCount: z.number().nullish(),
});

/** As many as the watch asks for at once: half a megabyte. */
const limit = 200;

/**
 * The sessions that the gateway itself lists, all of them; undefined when it cannot be asked or shows a page of them, which
 * the disk then has to answer: its page also holds sessions of its own, so that one of ours may well not be on it.
 */
export const listedSessionKeys = async (
  settings: GatewaySettings,
  ports: GatewayPorts,
): Promise<readonly string[] | undefined> => {
  try {
    return await actOnGateway(settings, ports, {
      scopes: ["operator.read"],
      method: "sessions.list",
      params: { limit },
      timeoutMs: 10_000,
      read: (payload) => wholeListIn(rows.parse(payload)),
    });
  } catch (error) {
    if (isProblem(error) || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

const wholeListIn = ({
  sessions,
  hasMore,
  totalCount,
}: z.output<typeof rows>): readonly string[] | undefined =>
  hasMore === true || (totalCount ?? 0) > sessions.length ? undefined : sessions.map(({ key }) => key);

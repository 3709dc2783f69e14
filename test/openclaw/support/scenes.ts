import type { AdminConnection, RealGateway } from "../kit/index.ts";

/** Words enough that the gateway's own estimate, not the provider's count, decides about compaction. */
const words = (count: number): string =>
  Array.from({ length: count }, (_, index) => `lorem${index}`).join(" ");

/** Fills a session until its next turn cannot fit: from then on every turn in it fails, while its row says "done". */
export const killSession = async (
  gateway: RealGateway,
  admin: AdminConnection,
  key: string,
): Promise<void> => {
  gateway.model.script();
  await admin.createSession(key);
  for (const size of [1_500, 1_800, 1_800, 1_800]) await admin.turn(key, words(size));
  await admin.turn(key, "and a small one");
};

import { vi } from "vitest";

/**
 * Looks again and again until a look throws nothing, and gives back what it saw. The runner's own way gives up after a
 * second, which a busy machine may hold a process up for; this bound only ends what would never come.
 */
export const soon = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: 80_000, interval: 20 });

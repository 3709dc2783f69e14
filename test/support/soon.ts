import { vi } from "vitest";

/** On a machine that is busy with others a process may be held up for seconds; this only ends what would never come. */
const atMostMs = 80_000;

/** Looks again and again until a look throws nothing, and gives back what it saw. The runner's own way gives up after a second. */
export const soon = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: atMostMs, interval: 20 });

/** Acts again and again until what came of it holds, and gives that back. What an act throws is nothing to wait out. */
export const eventually = async <Value>(
  act: () => Promise<Value>,
  holds: (value: Value) => boolean,
): Promise<Value> => {
  const until = performance.now() + atMostMs;
  for (;;) {
    const value = await act();
    if (holds(value)) return value;
    if (performance.now() > until)
      throw new Error(`never came true; last: ${JSON.stringify(value).slice(0, 3_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

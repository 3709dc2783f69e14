import { describe, expect, it } from "vitest";
import { memoryFactsOf } from "../../../src/watch/effects/memory-facts.ts";

describe("memory facts", () => {
  it("call an index whose files could not be looked at neither in step nor out of it", () => {
    const facts = memoryFactsOf({
      memory: [
        { agentId: "main", indexed: 7, indexedFiles: 3, files: 3, stale: 0, gone: 0 },
        { agentId: "elsewhere", indexed: 9, indexedFiles: 4 },
      ],
      vitals: { memoryKeys: 16 },
    });
    expect(facts).toEqual({ keys: 16, files: 3 });
  });

  it("are out of step as soon as one agent's are, whatever is not known of another's", () => {
    const facts = memoryFactsOf({
      memory: [
        { agentId: "main", indexed: 7, indexedFiles: 3, files: 4, stale: 1, gone: 0 },
        { agentId: "elsewhere", indexed: 9, indexedFiles: 4 },
      ],
      vitals: {},
    });
    expect(facts.inSync).toBe(false);
    expect(facts.detail).toMatch(/^1 files? the index does not know/);
    expect(facts).not.toHaveProperty("keys");
  });

  it("are in step where every index in use agrees with its files", () => {
    expect(
      memoryFactsOf({
        memory: [
          { agentId: "main", indexed: 7, indexedFiles: 3, files: 3, stale: 0, gone: 0 },
          { agentId: "without", files: 2 },
        ],
        vitals: { memoryKeys: 7 },
      }),
    ).toEqual({ keys: 7, files: 5, inSync: true });
  });
});

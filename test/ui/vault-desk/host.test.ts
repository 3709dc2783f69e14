import { describe, expect, it } from "vitest";
import { hostFigures } from "../../../src/ui/vault-desk/host.ts";

describe("the figures of the machine", () => {
  it("say how memory and the disk below a vault do", async () => {
    const figures = await hostFigures(process.cwd(), 7);
    expect(figures.at).toBe(7);
    expect(figures.memoryBytes).toBeGreaterThan(figures.memoryFreeBytes ?? Infinity);
    expect(figures.diskBytes).toBeGreaterThan(figures.diskFreeBytes ?? Infinity);
  });

  it("leave out what the system does not tell", async () => {
    const figures = await hostFigures("/nowhere/at/all", 7);
    expect(figures).not.toHaveProperty("diskBytes");
    expect(figures.memoryBytes).toBeGreaterThan(0);
  });
});

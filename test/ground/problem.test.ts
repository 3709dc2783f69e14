import { describe, expect, it } from "vitest";
import { problemOf } from "../../src/ground/index.ts";

const thrown = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe("whatever was thrown, as a Problem", () => {
  it("calls what the system refuses by its name, with what helps", () => {
    expect(problemOf(thrown("ENOSPC", "ENOSPC: no space left on device, write"))).toMatchObject({
      code: "DISK_FULL",
      message: "No space is left on a disk (ENOSPC: no space left on device, write).",
      hint: "Free some, and run the same command again.",
    });
    expect(problemOf(thrown("EACCES", "EACCES: permission denied, open '/x'"))).toMatchObject({
      code: "NOT_ALLOWED",
      hint: "Run as the user who owns it, or as root.",
    });
  });

  it("calls all else a fault of its own", () => {
    expect(problemOf(new TypeError("undefined is not a function"))).toMatchObject({
      code: "UNEXPECTED",
      exit: 7,
    });
  });
});

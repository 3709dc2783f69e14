import { describe, expect, it } from "vitest";
import { openConsole } from "../support/terminal/index.ts";

describe("somebody who listens to the screen", () => {
  it("hears what changes in lines, asks for more, and acknowledges", async () => {
    await using console = await openConsole({
      args: ["demo", "--speed", "30", "--screen-reader"],
      columns: 120,
      rows: 60,
      env: { XDG_STATE_HOME: "/nonexistent/never-written" },
    });
    await console.sees("clawback, 4 gateways.");
    await console.sees("mark: deploy");
    await console.seesMatch(/alert P1, session-dead on prod-eu: .*To acknowledge: ack a\w+/s);
    await console.sees("prod-eu is now sick");
    console.types("help\n");
    await console.sees("ack ID: say that you know of an alert");
    console.types("incident\n");
    await console.seesMatch(/It began at \d\d:\d\d:\d\d/);
    await console.seesMatch(/step 1: /);
    console.types("nonsense\n");
    await console.sees("nonsense is nothing that can be asked");
    // Lines and nothing else: no screen of its own, no cursor moved, no colour.
    expect(console.transcript()).not.toContain("\u001b");
    console.types("quit\n");
    const end = await console.ended();
    expect(end.code).toBe(0);
  });
});

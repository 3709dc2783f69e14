import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isProblem, systemClock, type Clock } from "../../../src/ground/index.ts";
import { openOutputs, tryOutputs } from "../../../src/watch/effects/outputs/index.ts";
import { testAlert } from "../../../src/watch/effects/outputs/message.ts";
import { signature } from "../../../src/watch/effects/outputs/webhook.ts";
import { alertSettings, type AlertSettings } from "../../../src/watch/index.ts";

type Request = { readonly headers: IncomingHttpHeaders; readonly body: string };

let folder = "";
let server: Server;
let url = "";
let requests: Request[] = [];
let answers: { readonly status: number; readonly headers?: Record<string, string> }[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "clawback-outputs-"));
  requests = [];
  answers = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const { status, headers } = answers.shift() ?? { status: 204 };
      response.writeHead(status, headers).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/alerts`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  rmSync(folder, { recursive: true, force: true });
});

/** Waits as long as it likes and lets no time pass. */
const impatient = (): { readonly clock: Clock; readonly waits: number[] } => {
  const waits: number[] = [];
  return {
    waits,
    clock: {
      ...systemClock,
      after: (delayMs, run) => {
        waits.push(delayMs);
        return systemClock.after(0, run);
      },
    },
  };
};

const alert = testAlert(1_795_132_800_000);
const outputs = (given: unknown): AlertSettings["outputs"] => alertSettings.parse({ outputs: given }).outputs;
const never = new AbortController().signal;

describe("a webhook", () => {
  it("gets a signed document that its receiver can check", async () => {
    const settings = outputs({ webhooks: [{ name: "pager", url, secretEnv: "HOOK_KEY" }] });
    const trials = await tryOutputs(settings, { clock: systemClock, env: { HOOK_KEY: "k" } }, never);
    expect(trials).toEqual([{ output: "pager" }]);
    const [request] = requests;
    const [, seconds = "", hex = ""] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers["x-clawback-signature"])) ?? [];
    expect(signature("k", Number(seconds), request?.body ?? "")).toBe(hex);
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ version: 1, change: "test", rule: "test" });
  });

  it("is tried again with growing pauses under one key, and obeys Retry-After", async () => {
    answers = [
      { status: 500 },
      { status: 503 },
      { status: 429, headers: { "retry-after": "7" } },
      { status: 200 },
    ];
    const { clock, waits } = impatient();
    const trials = await tryOutputs(
      outputs({ webhooks: [{ name: "pager", url }] }),
      { clock, env: {} },
      never,
    );
    expect(trials).toEqual([{ output: "pager" }]);
    expect(waits).toEqual([1_000, 2_000, 7_000]);
    expect(new Set(requests.map((request) => request.headers["idempotency-key"])).size).toBe(1);
  });

  it("is not tried again when it refuses, and is not followed elsewhere", async () => {
    answers = [{ status: 302, headers: { location: "http://127.0.0.1:1/" } }];
    const [trial] = await tryOutputs(
      outputs({ webhooks: [{ name: "pager", url }] }),
      { clock: impatient().clock, env: {} },
      never,
    );
    expect(trial?.problem?.message).toBe("The webhook pager answered 302.");
    expect(requests).toHaveLength(1);
  });

  it("says when its key is missing instead of sending unsigned", async () => {
    const [trial] = await tryOutputs(
      outputs({ webhooks: [{ name: "pager", url, secretEnv: "HOOK_KEY" }] }),
      { clock: systemClock, env: {} },
      never,
    );
    expect(trial?.problem?.message).toContain("HOOK_KEY is not set");
    expect(requests).toEqual([]);
  });

  it("gives up after its attempts", async () => {
    answers = Array.from({ length: 9 }, () => ({ status: 500 }));
    const [trial] = await tryOutputs(
      outputs({ webhooks: [{ name: "pager", url, attempts: 3 }] }),
      { clock: impatient().clock, env: {} },
      never,
    );
    expect(trial?.problem?.message).toBe("The webhook pager answered 500 (3 attempts).");
    expect(requests).toHaveLength(3);
  });
});

describe("a hook", () => {
  const script = (text: string): string => {
    const path = join(folder, "hook.mjs");
    writeFileSync(path, text);
    return path;
  };

  it("gets its arguments untouched by any shell, the facts, and none of our secrets", async () => {
    const out = join(folder, "out.json");
    const path = script(
      `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[3], JSON.stringify({ arg: process.argv[2], env: process.env }));`,
    );
    const settings = outputs({
      exec: [{ name: "mail", argv: [process.execPath, path, "$(touch x); `id` && echo", out] }],
    });
    const env = { ...process.env, OPENCLAW_GATEWAY_TOKEN: "secret" };
    expect(await tryOutputs(settings, { clock: systemClock, env }, never)).toEqual([{ output: "mail" }]);
    const seen: unknown = JSON.parse(readFileSync(out, "utf8"));
    expect(seen).toMatchObject({
      arg: "$(touch x); `id` && echo",
      env: { CLAWBACK_RULE: "test", CLAWBACK_CHANGE: "test" },
    });
    expect(JSON.stringify(seen)).not.toContain("OPENCLAW_GATEWAY_TOKEN");
  });

  it("is ended when it takes too long, also when it will not hear", async () => {
    const path = script(`process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`);
    const settings = outputs({ exec: [{ name: "slow", argv: [process.execPath, path], timeout: 300 }] });
    const [trial] = await tryOutputs(settings, { clock: systemClock, env: process.env }, never);
    expect(trial?.problem?.message).toBe("The hook slow did not end within 300 ms.");
  });

  it("tells an exit code and a program that is not there", async () => {
    const settings = outputs({
      exec: [
        { name: "fails", argv: [process.execPath, "-e", "process.exit(3)"] },
        { name: "absent", argv: [join(folder, "nothing")] },
      ],
    });
    const trials = await tryOutputs(settings, { clock: systemClock, env: process.env }, never);
    expect(trials.map((trial) => trial.problem?.message)).toEqual([
      "The hook fails ended with 3.",
      expect.stringContaining("could not be started"),
    ]);
    expect(trials.every((trial) => isProblem(trial.problem))).toBe(true);
  });
});

describe("the outputs", () => {
  it("hold up nobody but themselves, and tell the most urgent first", async () => {
    // It takes what it is sent and never answers.
    const mute = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const address = mute.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const troubles: string[] = [];
    await using all = openOutputs(
      outputs({
        webhooks: [
          { name: "broken", url: `http://127.0.0.1:${port}/`, from: "P3", timeout: 120_000 },
          { name: "pager", url, from: "P3" },
        ],
      }),
      { clock: systemClock, env: {}, onTrouble: (output) => troubles.push(output) },
    );
    const sent = Array.from({ length: 100 }, (_, place) => {
      const gateway = `gw${place}`;
      const priority = place === 99 ? ("P0" as const) : ("P2" as const);
      return all.announce({ change: "fired", alert: { ...alert, id: `a${place}`, gateway, priority } });
    });
    while (requests.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    const order = requests.map(({ body }) => (JSON.parse(body) as { gateway: string }).gateway);
    expect(new Set(order).size).toBe(100);
    expect(order.indexOf("gw99")).toBeLessThan(20);
    expect(troubles).toEqual([]);
    mute.closeAllConnections();
    mute.close();
    void sent;
  });

  it("tell what became of an alert after that it fired, however long that takes to get through", async () => {
    answers = [{ status: 503 }, { status: 503 }];
    const { clock } = impatient();
    await using all = openOutputs(outputs({ webhooks: [{ name: "pager", url, from: "P3" }] }), {
      clock,
      env: {},
      onTrouble: () => undefined,
    });
    await Promise.all([
      all.announce({ change: "fired", alert }),
      all.announce({ change: "resolved", alert: { ...alert, state: "resolved" } }),
    ]);
    expect(requests.map(({ body }) => (JSON.parse(body) as { change: string }).change)).toEqual([
      "fired",
      "fired",
      "fired",
      "resolved",
    ]);
  });

  it("hear only of what is urgent enough, and a broken one is told as trouble", async () => {
    answers = [{ status: 400 }];
    const told = Promise.withResolvers<string>();
    await using open = openOutputs(outputs({ webhooks: [{ name: "pager", url, from: "P1" }], bell: "P0" }), {
      clock: systemClock,
      env: {},
      onTrouble: (output, problem) => {
        told.resolve(`${output}: ${problem.message}`);
      },
    });
    const alert = {
      id: "a1",
      rule: "silent",
      gateway: "g",
      severity: "info",
      priority: "P3",
      state: "firing",
      since: 0,
      evidence: "x",
      evidenceAt: 0,
      samples: 1,
      next: "clawback doctor",
      fires: [],
      flapping: false,
    } as const;
    expect(await open.announce({ change: "fired", alert })).toBe(true);
    expect(await open.announce({ change: "fired", alert: { ...alert, priority: "P1" } })).toBe(true);
    expect(await told.promise).toBe("pager: The webhook pager answered 400.");
    expect(requests).toHaveLength(1);
    expect(open.rings({ change: "fired", alert: { ...alert, priority: "P1" } })).toBe(false);
    expect(open.rings({ change: "fired", alert: { ...alert, priority: "P0" } })).toBe(true);
  });
});

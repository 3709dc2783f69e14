import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hello, startPeer } from "./peer.ts";
import { fastClock, settingsFor, watching } from "./watching.ts";

const quick = { clock: fastClock(25) };

const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), "clawback-survive-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

/** What one gateway meets must never end the watch on the others: whatever is thrown becomes a state of its own. */
describe("a watch survives", () => {
  it.each(["gateway.example.org:18789", "ftp://gateway.example.org"])(
    "an address that is none of a gateway: %s",
    async (url) => {
      await using gateway = watching(url, quick);
      expect((await gateway.state("unauthorised")).report.evidence).toMatch(
        /is not how a gateway is reached/,
      );
    },
  );

  it("a place for the identity that cannot be written", async () => {
    await using place = await folder();
    const file = join(place.path, "file");
    await writeFile(file, "");
    await using gateway = watching(settingsFor("wss://gateway.example.invalid"), {
      ...quick,
      identityDir: join(file, "identity"),
    });
    expect((await gateway.state("unauthorised")).report.evidence).toMatch(/identity/);
  });

  it("an authority's file that holds no certificate", async () => {
    await using place = await folder();
    const caFile = join(place.path, "ca.pem");
    await writeFile(caFile, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    const server = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await using gateway = watching(settingsFor(`wss://127.0.0.1:${port}`, { tls: { caFile } }), quick);
      expect((await gateway.state("unauthorised")).report.evidence).toMatch(/ca\.pem/);
    } finally {
      server.close();
    }
  });

  it("an uptime that no time can be reckoned from", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        const whole = hello({ version: "2026.7.1" }) as { readonly snapshot: object };
        connection.answer(request, {
          ...whole,
          server: { version: "2026.7.1" },
          snapshot: { ...whole.snapshot, uptimeMs: 1e300 },
        });
      },
    });
    await using gateway = watching(peer.url, quick);
    await gateway.state("up");
    expect((await gateway.next("hello")).hello.uptimeMs).toBeUndefined();
  });

  it("a device token that cannot be kept, and the connection stands", async () => {
    await using place = await folder();
    const identityDir = join(place.path, "identity");
    await using peer = await startPeer({
      onHello: (connection, request) => {
        // A tunnel: without a device nothing is granted, so the next attempt shows one.
        if (request.params["device"] === undefined) {
          connection.answer(request, hello({ scopes: [] }));
          return;
        }
        // Where the token belongs there is a folder now: nothing can be put in its place.
        const token = createHash("sha256").update(peer.url).digest("hex").slice(0, 32);
        mkdirSync(join(identityDir, `token-${token}`, "in-the-way"), { recursive: true });
        connection.answer(request, hello({ deviceToken: "device-token-1" }));
      },
    });
    await using gateway = watching(peer.url, { ...quick, identityDir });
    await gateway.state("up");
    expect(await gateway.next("refused", ({ what }) => what === "device token")).toMatchObject({
      reason: expect.stringMatching(/out of reach \(E/),
    });
    expect(gateway.states().at(-1)).toBe("up");
  });

  it("a frame that it stumbles over itself", async () => {
    await using peer = await startPeer();
    let stumbles = 0;
    await using gateway = watching(peer.url, {
      ...quick,
      clock: {
        ...quick.clock,
        now: () => {
          // Whatever goes wrong in our own reading of a frame: here, the clock that is asked meanwhile.
          if (new Error().stack?.includes("onContent") === true) {
            stumbles += 1;
            throw new TypeError("a fault of ours");
          }
          return quick.clock.now();
        },
      },
    });
    await gateway.state("up");
    peer.latest().event("chat", { runId: "r", sessionKey: "agent:main:a", state: "delta" }, 1);
    expect(await gateway.next("refused")).toMatchObject({ what: "frame", reason: "a fault of ours" });
    expect(stumbles).toBe(1);
    expect(gateway.states().at(-1)).toBe("up");
  });
});

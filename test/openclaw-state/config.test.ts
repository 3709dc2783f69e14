import { execFileSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fingerprint,
  gatewayAddress,
  readConfig,
  redactLine,
  redactSecretLine,
  redactText,
  redactValue,
  type Json,
} from "../../src/openclaw/index.ts";
import { temporaryTree } from "./tree.ts";

describe("reading a configuration", () => {
  it("takes JSON5 as OpenClaw does, and keys such as __proto__ as data", async () => {
    await using tree = await temporaryTree();
    const path = await tree.write(
      "openclaw.json",
      `{ // a comment\n gateway: { port: 1, }, "__proto__": { x: 1 } }`,
    );
    const reading = await readConfig(path);
    expect(reading).toMatchObject({ kind: "read", files: [path], findings: [] });
    expect(JSON.stringify(reading.kind === "read" ? reading.config : null)).toBe(
      '{"gateway":{"port":1},"__proto__":{"x":1}}',
    );
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  it("merges what is included: lists joined, objects merged, what stands beside it wins", async () => {
    await using tree = await temporaryTree();
    await tree.write("base.json5", `{ a: { list: [1], x: 1 }, only: true }`);
    await tree.write("more/second.json", `{ "a": { "list": [2] }, "deep": { "$include": "./third.json" } }`);
    await tree.write("more/third.json", `{ "third": 3 }`);
    const path = await tree.write(
      "openclaw.json",
      `{ "$include": ["./base.json5", "more/second.json"], a: { x: 9, list: [3] } }`,
    );
    expect(await readConfig(path)).toMatchObject({
      kind: "read",
      config: { a: { list: [1, 2, 3], x: 9 }, only: true, deep: { third: 3 } },
      findings: [],
    });
  });

  it("follows no include out of its directory, by path or by link, unless that is allowed", async () => {
    await using outside = await temporaryTree();
    await using tree = await temporaryTree();
    const secret = await outside.write("secret.json", `{ "stolen": true }`);
    await symlink(secret, join(tree.path, "link.json"));
    const path = await tree.write(
      "openclaw.json",
      JSON.stringify({ a: { $include: secret }, b: { $include: "link.json" } }),
    );
    const refused = await readConfig(path);
    expect(refused).toMatchObject({ kind: "read", config: { a: {}, b: {} } });
    expect(refused.kind === "read" ? refused.findings.map(({ code }) => code) : []).toEqual([
      "CONFIG_INCLUDE_REFUSED",
      "CONFIG_INCLUDE_REFUSED",
    ]);
    expect(await readConfig(path, { includeRoots: [outside.path] })).toMatchObject({
      config: { a: { stolen: true }, b: { stolen: true } },
      findings: [],
    });
  });

  it("ends at files that include each other or themselves, and says so", async () => {
    await using tree = await temporaryTree();
    await tree.write("b.json", `{ "b": 1, "$include": "openclaw.json" }`);
    await tree.write("c.json", `{ "$include": "c.json" }`);
    const path = await tree.write(
      "openclaw.json",
      `{ "x": { "$include": "b.json" }, "y": { "$include": "c.json" } }`,
    );
    const reading = await readConfig(path);
    expect(reading).toMatchObject({ kind: "read", config: { x: { b: 1 } } });
    expect(reading.kind === "read" ? reading.findings.length : 0).toBe(2);
  });

  it("says in one line what is wrong, and repeats no secret of it", async () => {
    await using tree = await temporaryTree();
    const path = await tree.write("openclaw.json", `{ "token": "sk-very-secret-value" oops`);
    const reading = await readConfig(path);
    expect(reading).toMatchObject({ kind: "broken", findings: [{ code: "CONFIG_BROKEN" }] });
    expect(JSON.stringify(reading)).not.toContain("very-secret");
    expect(await readConfig(join(tree.path, "none.json"))).toMatchObject({ kind: "absent" });
    expect(await readConfig(tree.path)).toMatchObject({ kind: "broken" });
  });

  it("waits for no pipe and reads no giant and no abyss", async () => {
    await using tree = await temporaryTree();
    execFileSync("mkfifo", [join(tree.path, "pipe.json")]);
    expect(await readConfig(join(tree.path, "pipe.json"))).toMatchObject({ kind: "broken" });
    const giant = await tree.write("giant.json", " ".repeat((2 << 20) + 1));
    expect(await readConfig(giant)).toMatchObject({ findings: [{ code: "CONFIG_TOO_LARGE" }] });
    const deep = await tree.write("deep.json", `${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(await readConfig(deep)).toMatchObject({ findings: [{ code: "CONFIG_BROKEN" }] });
  });

  it("takes no more memory than a configuration has", async () => {
    await using tree = await temporaryTree();
    const path = await tree.write("openclaw.json", "{}");
    const before = process.memoryUsage().arrayBuffers;
    for (let time = 0; time < 10; time += 1) await readConfig(path);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  it("answers for any bytes at all", async () => {
    await using tree = await temporaryTree();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { kind } = await readConfig(await tree.write("openclaw.json", bytes));
        expect(["read", "broken"]).toContain(kind);
      }),
    );
  });
});

describe("what a configuration shows", () => {
  it.each<[string, Json]>([
    ["a token by name", { gateway: { auth: { token: "SECRET" } } }],
    ["a short password", { gateway: { auth: { password: "SECRET" } } }],
    ["a number that is a password", { db: { password: 731_954_882 } }],
    ["a key of a provider", { models: { providers: { x: { apiKey: "SECRET" } } } }],
    ["keys below a secret name", { auth: { credentials: { user: { value: "SECRET" } } } }],
    ["every variable", { env: { vars: { HARMLESS_LOOKING: "SECRET" } } }],
    ["every variable of a server", { mcp: { servers: { x: { env: { FOO: "SECRET" } } } } }],
    ["headers", { models: { headers: { "X-Thing": "SECRET" } } }],
    ["lists of tokens", { hooks: { tokens: ["SECRET", "SECRET"] } }],
    [
      "a bot token by its look",
      { channels: { telegram: { note: "123456789:AAFakeFakeFakeFakeFakeFakeFakeFakeFake" } } },
    ],
    ["an OpenAI key by its look", { note: "use sk-proj-abcdefghijklmnopqrstuvwx for it" }],
    ["a GitHub token by its look", { note: "ghp_abcdefghijklmnopqrstuvwxyz012345" }],
    ["a web token by its look", { note: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWhlcmU" }],
    ["a private key", { note: "-----BEGIN PRIVATE KEY-----\nMIIsecretsecret\n-----END PRIVATE KEY-----" }],
    ["a long random value", { note: "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u" }],
    ["the password of an address", { url: "https://me:SECRET@example.com/x" }],
    ["a parameter of an address", { url: "wss://example.com/x?token=SECRET&y=1" }],
    [
      "the end of a webhook",
      { url: "https://hooks.example.com/services/T00000000/B00000000/abcdefghijklmnop01234567" },
    ],
  ])("hides %s", (_what, config) => {
    const shown = JSON.stringify(redactValue([], config));
    expect(shown).toContain("••••");
    expect(shown).not.toMatch(/SECRET|731954882|AAFake|abcdefghij|eyJ|MIIsecret|Zm9v/);
  });

  it("shows all that is not secret", () => {
    const config = {
      gateway: { mode: "local", port: 18_789, bind: "loopback", auth: { mode: "token" } },
      agents: {
        defaults: {
          model: { primary: "anthropic/claude-opus-4-1" },
          workspace: "/home/me/very/long/path/to/a/workspace/of/an/agent",
          contextTokens: 200_000,
          compaction: { reserveTokensFloor: 20_000, keepRecentTokens: 8_000 },
        },
      },
      models: {
        providers: { x: { baseUrl: "http://127.0.0.1:8080/v1", models: [{ id: "m", maxTokens: 2_048 }] } },
      },
      gatewayToken: { source: "env", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN" },
      auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" },
      session: { id: "b447b27e-5c7e-4c1e-92ca-c2db9d50a069" },
      enabled: true,
      nothing: null,
    };
    expect(redactValue([], config)).toEqual(config);
  });

  it("tells two secrets apart by two digits and nothing else", () => {
    expect(fingerprint("one")).toMatch(/^••••[0-9a-f]{2}$/);
    expect(fingerprint("one")).not.toBe(fingerprint("two"));
  });

  it("never shows what stands under a secret name, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "token",
          "botToken",
          "apiKey",
          "password",
          "clientSecret",
          "privateKey",
          "authorization",
        ),
        fc.stringMatching(/^[\w!#%&/=?+*~-]{6,60}$/),
        (name, secret) => {
          expect(JSON.stringify(redactValue([], { a: [{ [name]: secret }] }))).not.toContain(secret);
          expect(redactLine(`  "${name}": "${secret}",`)).not.toContain(secret);
          expect(redactLine(`${name.toUpperCase()}=${secret}`)).not.toContain(secret);
        },
      ),
    );
  });

  it("keeps the shape of whatever it redacts", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const shape = (json: unknown): unknown => {
          if (Array.isArray(json)) return json.map(shape);
          if (typeof json !== "object" || json === null) return 0;
          return Object.fromEntries(Object.entries(json).map(([key, child]) => [key, shape(child)]));
        };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fast-check's JSON is JSON
        expect(shape(redactValue([], value as Json))).toEqual(shape(value));
      }),
    );
  });

  it("keeps what of an address is no secret", () => {
    expect(redactText("wss://me:secret@gw.example.com:1/x?token=abc&y=1#z")).toMatch(
      /^wss:\/\/me:••••..@gw\.example\.com:1\/x\?token=••••..&y=1#z$/,
    );
  });

  it("looks at no text longer than it is worth, however it is made", () => {
    const parameters = `https://x/?${"token=a&".repeat(1_500)}`;
    expect(redactText(parameters)).not.toContain("token=a");
    expect(redactText("x".repeat(20_000))).toMatch(/^••••..$/);
    expect(redactLine(`token: ${" ".repeat(15_000)}x`)).not.toContain("x");
  });

  it("takes secrets out of lines and texts", () => {
    expect(redactLine('  "port": 18789,')).toBe('  "port": 18789,');
    expect(redactLine("OPENAI_API_KEY=abc123")).toMatch(/^OPENAI_API_KEY=••••..$/);
    expect(redactText("failed: Bearer abcdef123456 refused")).toMatch(/^failed: Bearer ••••.. refused$/);
  });
});

describe("lines of a file", () => {
  it.each([
    ["JSON on one line", '{"a":{"type":"oauth","token":"hush-hush-1","n":1},"b":"plain"}'],
    ["a value that only looks like a secret", '  "refresh": "Xy9kT0pQ8mZ2vB4nC6lD8sF0gH2jK4wQ",'],
    ["an address with a password", '  "url": "https://me:hush-hush-1@example.org/x",'],
    ["an address in a text", "see postgres://me:hush-hush-1@db/x for more"],
    ["a line of a private key", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7/VJTUt9Us8cK"],
    ["the last line of one", "  Jv1hk2l3mQ=="],
  ])("show no secret in %s", (_what, line) => {
    expect(redactLine(line)).not.toMatch(/hush|Xy9kT0pQ|VJTUt9|hk2l3/);
    expect(redactLine(line)).toContain("••••");
  });

  it("show what is no secret as it stands", () => {
    for (const line of ['{"port":1,"name":"plain"}', "# MEMORY", "- likes tea: very much", "", '  "env": {'])
      expect(redactLine(line)).toBe(line);
  });

  it.each([
    ["FOO=bar baz", "FOO=••••"],
    ["# OLD=bar", "# OLD=••••"],
    ['export A="b"', "export A=••••"],
    ['  "access": "anything", "n": 1', '  "access": "••••'],
    ["refresh: anything", "refresh: ••••"],
    ["anything at all", "••••"],
  ])("of a file that keeps secrets show of %s no value", (line, begin) => {
    expect(redactSecretLine(line).replace(/••••../, "••••")).toContain(begin);
    expect(redactSecretLine(line)).not.toMatch(/bar|anything|"b"/);
  });

  it("are read in a moment, however they are made", () => {
    for (const line of [
      `a: x${" ".repeat(16_000)}y`,
      '"'.repeat(16_000),
      "a.".repeat(8_000),
      "a:".repeat(8_000),
    ]) {
      expect(redactLine(line).length).toBeGreaterThan(0);
      expect(redactSecretLine(line).length).toBeGreaterThan(0);
    }
  });
});

describe("how the gateway can be reached", () => {
  const address = (
    config: Json,
    env: Record<string, string> = {},
    profile?: string,
  ): ReturnType<typeof gatewayAddress> =>
    gatewayAddress(config, { env, ...(profile === undefined ? {} : { profile }) });

  it("is read from environment, configuration and profile in OpenClaw's order", () => {
    expect(address({}).port).toBe(18_789);
    expect(address({ gateway: { port: 19_000 } }).port).toBe(19_000);
    expect(address({ gateway: { port: 19_000 } }, { OPENCLAW_GATEWAY_PORT: "127.0.0.1:20001" }).port).toBe(
      20_001,
    );
    expect(address({ gateway: { port: -4 } }, { OPENCLAW_GATEWAY_PORT: "99999" }).port).toBe(18_789);
    expect(address({}, {}, "work").port).toBe(41_984);
  });

  it("names where the secret is and never the secret", () => {
    const found = address(
      { gateway: { auth: { mode: "token", token: "abc" } } },
      { OPENCLAW_GATEWAY_TOKEN: "xyz" },
    );
    expect(found).toMatchObject({
      authMode: "token",
      tokens: [
        { kind: "env", name: "OPENCLAW_GATEWAY_TOKEN" },
        { kind: "config", path: ["gateway", "auth", "token"] },
      ],
    });
    expect(JSON.stringify(found)).not.toMatch(/abc|xyz/);
    expect(address({ gateway: { auth: { token: "${MY_TOKEN}" } } }).tokens).toEqual([
      { kind: "env", name: "MY_TOKEN" },
    ]);
    expect(
      address({ gateway: { auth: { token: { source: "exec", provider: "op", id: "gw" } } } }).tokens,
    ).toEqual([{ kind: "provider", source: "exec", id: "gw" }]);
  });
});

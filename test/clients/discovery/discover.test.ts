import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecret } from "../../../src/clients/index.ts";
import { type Discovered, discoverGateways, logPlaceOf } from "../../../src/clients/discovery/index.ts";
import { statePlace } from "../../../src/openclaw/index.ts";

let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "clawback-discovery-"));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const put = async (path: string, content: unknown): Promise<void> => {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
};

const discover = (env: Readonly<Record<string, string>> = {}, platform: NodeJS.Platform = "linux") =>
  discoverGateways({ env: { HOME: home, ...env }, home, platform, now: Date.now() });

const only = async (
  env: Readonly<Record<string, string>> = {},
  platform?: NodeJS.Platform,
): Promise<Discovered> => {
  const { gateways } = await discover(env, platform);
  expect(gateways).toHaveLength(1);
  const [found] = gateways;
  if (found === undefined) throw new Error("one was found");
  return found;
};

/** The secret, read the way a connection reads it. */
const tokenOf = async ({ settings }: Discovered, env: Readonly<Record<string, string>> = {}) =>
  settings.token === undefined ? undefined : (await readSecret(settings.token, env)).value;

const config = (auth: object, more: object = {}) => ({
  gateway: { mode: "local", port: 18_900, auth: { mode: "token", ...auth } },
  ...more,
});

describe("discovery", () => {
  it("finds nothing where OpenClaw never ran, and says where it looked", async () => {
    expect(await discover()).toEqual({ gateways: [], looked: [join(home, ".openclaw")] });
  });

  it("finds the gateway of the home, its port and its token, and shows no secret", async () => {
    await put(
      ".openclaw/openclaw.json",
      "// mine\n{gateway: {mode: 'local', port: 18900, auth: {token: 'hush-hush',},},}",
    );
    const found = await only();
    expect(found.settings).toMatchObject({
      name: "local",
      url: "ws://127.0.0.1:18900",
      stateDir: join(home, ".openclaw"),
      service: { kind: "none" },
    });
    expect(await tokenOf(found)).toBe("hush-hush");
    expect(JSON.stringify(found)).not.toContain("hush-hush");
    expect(found.found).toContain("gateway.auth.token of");
  });

  it("takes OpenClaw's own port where none is written", async () => {
    await put(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    expect((await only()).settings.url).toBe("ws://127.0.0.1:18789");
  });

  it("speaks TLS where the gateway does", async () => {
    await put(".openclaw/openclaw.json", { gateway: { mode: "local", tls: { enabled: true } } });
    const { settings } = await only();
    expect(settings.url).toBe("wss://127.0.0.1:18789");
    expect(settings.tls).toBeUndefined();
  });

  it("believes exactly the certificate that such a gateway keeps, where it keeps it", async () => {
    await put(".openclaw/openclaw.json", { gateway: { mode: "local", tls: { enabled: true } } });
    const made = join(home, ".openclaw/gateway/tls/gateway-cert.pem");
    await put(".openclaw/gateway/tls/gateway-cert.pem", "a certificate");
    expect((await only()).settings.tls).toEqual({ certFile: made });
    await put("certs/own.pem", "a certificate");
    const tls = { enabled: true, certPath: "~/certs/own.pem" };
    await put(".openclaw/openclaw.json", { gateway: { mode: "local", tls } });
    expect((await only()).settings.tls).toEqual({ certFile: join(home, "certs/own.pem") });
  });

  it("lets the environment say where the state is, which port, and which token", async () => {
    await put("elsewhere/openclaw.json", config({ token: "written" }));
    const env = {
      OPENCLAW_STATE_DIR: join(home, "elsewhere"),
      OPENCLAW_GATEWAY_PORT: "19999",
      OPENCLAW_GATEWAY_TOKEN: "from-env",
    };
    const found = await only(env);
    expect(found.settings).toMatchObject({ url: "ws://127.0.0.1:19999", stateDir: join(home, "elsewhere") });
    expect(await tokenOf(found, env)).toBe("from-env");
  });

  it("follows OPENCLAW_HOME, a tilde and a configuration of another name", async () => {
    await put("srv/.openclaw/sessions", "");
    await put("srv/other.json5", config({ token: "t" }));
    const found = await only({ OPENCLAW_HOME: join(home, "srv"), OPENCLAW_CONFIG_PATH: "~/other.json5" });
    expect(found.settings).toMatchObject({
      url: "ws://127.0.0.1:18900",
      stateDir: join(home, "srv", ".openclaw"),
    });
  });

  it("finds every profile, and does not give one the variables of another", async () => {
    await put(".openclaw/openclaw.json", config({ token: "main" }));
    await put(".openclaw-rescue/openclaw.json", { gateway: { port: 19_900, auth: { token: "rescue" } } });
    await put(".openclaw-/openclaw.json", {});
    await put(".openclawful/openclaw.json", {});
    const env = { OPENCLAW_GATEWAY_PORT: "18999", OPENCLAW_GATEWAY_TOKEN: "from-env" };
    const { gateways } = await discover(env);
    expect(gateways.map(({ settings }) => [settings.name, settings.url])).toEqual([
      ["local", "ws://127.0.0.1:18999"],
      ["rescue", "ws://127.0.0.1:19900"],
    ]);
    expect(await Promise.all(gateways.map((each) => tokenOf(each, env)))).toEqual(["from-env", "rescue"]);
  });

  it("finds only the one that is asked for, by its directory or by its profile", async () => {
    await put(".openclaw/openclaw.json", config({ token: "main" }));
    await put(".openclaw-rescue/openclaw.json", config({ token: "rescue" }));
    expect(await tokenOf(await only({ OPENCLAW_PROFILE: "rescue" }))).toBe("rescue");
    const asked = await discoverGateways(
      { env: { HOME: home }, home, platform: "linux", now: Date.now() },
      join(home, ".openclaw-rescue"),
    );
    expect(asked.gateways.map(({ settings }) => settings.stateDir)).toEqual([join(home, ".openclaw-rescue")]);
  });

  it.each([
    ["a reference in braces", { token: "${GW_TOKEN}" }],
    ["a short reference", { token: "$GW_TOKEN" }],
    ["a reference as an object", { token: { source: "env", provider: "default", id: "GW_TOKEN" } }],
  ])(
    "resolves %s in the environment, the .env file or the configuration's own variables",
    async (_, auth) => {
      await put(".openclaw/openclaw.json", config(auth));
      expect(await tokenOf(await only({ GW_TOKEN: "in-env" }), { GW_TOKEN: "in-env" })).toBe("in-env");
      await put(".openclaw/.env", "# keys\nexport GW_TOKEN='in-file'\n");
      expect(await tokenOf(await only())).toBe("in-file");
      await rm(join(home, ".openclaw/.env"));
      await put(".openclaw/openclaw.json", config(auth, { env: { vars: { GW_TOKEN: "in-config" } } }));
      expect(await tokenOf(await only())).toBe("in-config");
    },
  );

  it("says what is missing when a reference leads nowhere", async () => {
    await put(".openclaw/openclaw.json", config({ token: "${GW_TOKEN}" }));
    const found = await only();
    expect(found.settings.token).toBeUndefined();
    expect(found.problems.join()).toContain("GW_TOKEN, which is not set");
  });

  it("reads a secret file of either form", async () => {
    await put("secrets.json", { gateways: { "main/1": "in-json" } });
    await put("token.txt", "in-text\n");
    const providers = {
      main: { source: "file", path: "~/secrets.json", mode: "json" },
      single: { source: "file", path: "~/token.txt", mode: "singleValue" },
    };
    const from = (provider: string, id: string) =>
      config({ token: { source: "file", provider, id } }, { secrets: { providers } });
    await put(".openclaw/openclaw.json", from("main", "/gateways/main~11"));
    expect(await tokenOf(await only())).toBe("in-json");
    await put(".openclaw/openclaw.json", from("single", "value"));
    expect(await tokenOf(await only())).toBe("in-text");
  });

  it("never runs a program because a file names it", async () => {
    const providers = { vault: { source: "exec", command: join(home, "resolver") } };
    await put("resolver", `#!/bin/sh\ntouch ${join(home, "ran")}\n`);
    const token = { source: "exec", provider: "vault", id: "gw" };
    await put(".openclaw/openclaw.json", config({ token }, { secrets: { providers } }));
    const found = await only();
    expect(found.settings.token).toBeUndefined();
    expect(found.problems.join()).toContain("exec:vault");
  });

  it("takes the password where the gateway asks for one, and nothing where it asks for nothing", async () => {
    await put(".openclaw/openclaw.json", {
      gateway: { auth: { mode: "password", token: "t", password: "p" } },
    });
    const found = await only();
    expect(found.settings).not.toHaveProperty("token");
    expect(found.settings.password).toMatchObject({ kind: "json", path: ["gateway", "auth", "password"] });
    await put(".openclaw/openclaw.json", { gateway: { auth: { mode: "none", token: "t" } } });
    expect((await only()).found).toContain("authentication none");
  });

  it("finds the gateway that this machine only uses", async () => {
    const remote = { url: "wss://gw.example.org", token: "far", tlsFingerprint: "sha256:ab" };
    await put(".openclaw/openclaw.json", { gateway: { mode: "remote", remote } });
    const found = await only();
    expect(found.settings).toMatchObject({ url: "wss://gw.example.org", tls: { fingerprint: "sha256:ab" } });
    expect(found.settings).not.toHaveProperty("stateDir");
    expect(await tokenOf(found)).toBe("far");
  });

  it("finds one whose configuration is broken all the same, and says so", async () => {
    await put(".openclaw/openclaw.json", "{ gateway: ");
    const found = await only();
    expect(found.settings.url).toBe("ws://127.0.0.1:18789");
    expect(found.problems.join()).toContain("is not a configuration");
  });

  it.each([
    [
      "linux",
      ".config/systemd/user/openclaw-gateway.service",
      { kind: "systemd-user", unit: "openclaw-gateway" },
    ],
    [
      "darwin",
      "Library/LaunchAgents/ai.openclaw.gateway.plist",
      { kind: "launchd", unit: "ai.openclaw.gateway" },
    ],
  ] as const)("knows the service that OpenClaw installed on %s", async (platform, file, service) => {
    await put(".openclaw/openclaw.json", {});
    await put(file, "");
    expect((await only({}, platform)).settings.service).toEqual(service);
  });
});

describe("where the log is", () => {
  const place = (profile?: string) =>
    statePlace({
      env: { HOME: home },
      home,
      exists: () => true,
      ...(profile === undefined ? {} : { profile }),
    });
  const ports = { tmpdir: "/var/tmp", uid: 501, platform: "win32" } as const;

  it("is the file the configuration names, or the daily one of its profile", async () => {
    await put(".openclaw/openclaw.json", { logging: { file: "~/logs/gw.log" } });
    expect(await logPlaceOf(place(), ports)).toEqual({ kind: "file", path: join(home, "logs/gw.log") });
    await put(".openclaw/openclaw.json", { logging: { file: "/logs/openclaw-2026-11-20.log" } });
    expect(await logPlaceOf(place(), ports)).toEqual({ kind: "daily", dir: "/logs", family: "openclaw" });
    await put(".openclaw/openclaw.json", {});
    expect(await logPlaceOf(place(), ports)).toEqual({
      kind: "daily",
      dir: "/var/tmp/openclaw-501",
      family: "openclaw",
    });
    expect(await logPlaceOf(place("My_bot-2"), ports)).toMatchObject({ family: "openclaw--1my-0bot--2" });
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig, resolveConfig } from "../../../src/ui/config/index.ts";
import { clawback } from "../../support/command-line.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "clawback-config-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

const check = async (
  name: string,
  text: string,
): Promise<{ file: string; line: string | undefined; code: number }> => {
  const file = await write(name, text);
  const { err, code } = await clawback(["config", "check", "--config", file]);
  return { file, line: err.split("\n")[0], code };
};

describe("a broken configuration", () => {
  it.each([
    ["not JSON5 at all", "{ gateways: [", /:1: invalid end of input/],
    [
      "an address that is none",
      '{\n  // production\n  gateways: [\n    { name: "a", url: "http://x" },\n  ],\n}',
      /:4: gateways\[0\]\.url: a WebSocket address such as ws:\/\/127\.0\.0\.1:18789$/,
    ],
    [
      "a misspelt key",
      '{\n  vault: {\n    pth: "/v",\n  },\n}',
      /:3: vault\.pth is not a key clawback knows\. Did you mean path\?$/,
    ],
    [
      "a misspelt section",
      "{\n\n  valt: {},\n}",
      /:3: valt is not a key clawback knows\. Did you mean vault\?$/,
    ],
    ["a wrong kind of value", '{ ui: { time: "zulu" } }', /:1: ui\.time: .*"utc"/],
    [
      "two gateways of one name",
      '{ gateways: [{ name: "a", url: "ws://x" }, { name: "a", url: "ws://y" }] }',
      /:1: gateways: every gateway needs a name of its own$/,
    ],
  ])("says file, line, path and what was expected: %s", async (_name, text, expected) => {
    const { file, line, code } = await check("config.json5", text);
    expect(line).toMatch(expected);
    expect(line?.startsWith(`clawback: ${file}`)).toBe(true);
    expect(code).toBe(2);
  });

  it("is explained in YAML as well", async () => {
    const { line, code } = await check("config.yaml", "gateways:\n  - name: a\n    url: nowhere\n");
    expect(line).toMatch(/:3: gateways\[0\]\.url: a WebSocket address/);
    expect(code).toBe(2);
  });

  it("is explained when a file that was named is not there", async () => {
    const { err, code } = await clawback(["config", "check", "--config", join(folder, "none.json5")]);
    expect(err).toContain("none.json5 does not exist.");
    expect(code).toBe(2);
  });
});

describe("a good configuration", () => {
  it("may be missing, and everything is at its default", async () => {
    const loaded = await loadConfig(undefined, { HOME: folder }, "/");
    expect(loaded.file).toBeUndefined();
    expect(resolveConfig(loaded, { HOME: folder }).vault).toEqual({
      path: join(folder, ".local/share/clawback/vault"),
      keyFile: join(folder, ".config/clawback/vault.key"),
      compression: "lz4",
      retention: "24h",
    });
  });

  it("gives every gateway its settings, with paths made absolute", async () => {
    const file = await write(
      "config.json5",
      '{ gateways: [{ name: "prod-eu", url: "wss://gw.example:1", labels: ["prod"], token: { env: "T" }, stateDir: "~/.openclaw", service: { kind: "systemd-user", unit: "openclaw-gateway" } }] }',
    );
    const config = resolveConfig(await loadConfig(file, {}, "/"), { HOME: "/home/me" });
    expect(config.gateways).toEqual([
      {
        name: "prod-eu",
        url: "wss://gw.example:1",
        labels: ["prod"],
        token: { kind: "env", name: "T" },
        stateDir: "/home/me/.openclaw",
        service: { kind: "systemd-user", unit: "openclaw-gateway" },
        readOnly: false,
        insecure: false,
        httpOnly: false,
      },
    ]);
  });

  it("means the same from every directory: what is relative in it is beside it", async () => {
    await write(
      "beside.yaml",
      `vault: { path: vault, encryption: { keyFile: keys/vault.key } }
gateways:
  - name: a
    url: ws://x
    stateDir: state
    token: { file: ./token }
    password: { command: [bin/secret, ./as-it-is] }
    tls: { caFile: ca.pem }
    service: { kind: command, stop: [./stop], start: [~/start], status: [service-status] }
alerts: { outputs: { exec: [{ name: page, argv: [bin/page] }] } }
`,
    );
    const { gateways, vault, alerts } = resolveConfig(await loadConfig("beside.yaml", {}, folder), {
      HOME: "/home/me",
    });
    expect(vault).toMatchObject({ path: join(folder, "vault"), keyFile: join(folder, "keys/vault.key") });
    expect(gateways[0]).toMatchObject({
      stateDir: join(folder, "state"),
      token: { kind: "file", path: join(folder, "token") },
      password: { kind: "command", argv: [join(folder, "bin/secret"), "./as-it-is"] },
      tls: { caFile: join(folder, "ca.pem") },
      service: { stop: [join(folder, "stop")], start: ["/home/me/start"], status: ["service-status"] },
    });
    expect(alerts.outputs.exec[0]?.argv).toEqual([join(folder, "bin/page")]);
  });

  it("never shows a secret, and warns of one written inline", async () => {
    const file = await write(
      "config.json5",
      '{ gateways: [{ name: "a", url: "ws://x", token: "hunter2" }] }',
    );
    const shown = await clawback(["config", "show", "--config", file]);
    const checked = await clawback(["config", "check", "--config", file]);
    expect(shown.out + shown.err + checked.out + checked.err).not.toContain("hunter2");
    const named = await write("named.json5", '{ gateways: [{ name: "a", url: "ws://me:hunter2@x" }] }');
    const refused = await clawback(["config", "check", "--config", named]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("without a secret") as string });
    expect(refused.err).not.toContain("hunter2");
    const outputs = `webhooks: [{ name: "w", url: "https://me:hunter2@hooks.example/T0/hunter2" }],
      exec: [{ name: "h", argv: ["curl", "-H", "Authorization: Bearer hunter2hunter2hunter2"] }]`;
    const noisy = await write(
      "outputs.json5",
      `{ gateways: [{ name: "a", url: "ws://x" }], alerts: { outputs: { ${outputs} } } }`,
    );
    const { out, err } = await clawback(["config", "show", "--config", noisy]);
    expect(out + err).not.toContain("hunter2");
    expect(out).toContain("https://hooks.example/(hidden)");
    expect(checked.out).toContain("The secret of a is written in the configuration");
  });
});

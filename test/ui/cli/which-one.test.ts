import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vaultHome, type VaultHome } from "./vault-home.ts";

type Saved = { readonly snapshot: { readonly id: string } };
type Planned = {
  readonly plan: {
    readonly snapshot: { readonly id: string };
    readonly gateway: string;
    readonly stateDir: string;
  };
};

const save = async (vault: VaultHome, ...argv: readonly string[]): Promise<string> =>
  ((await vault.json(["snapshots", "save", ...argv])) as Saved).snapshot.id;

/** What a restore would be of; none of these gateways runs or can be stopped, and nothing is done. */
const planned = async (vault: VaultHome, ...argv: readonly string[]): Promise<Planned["plan"]> =>
  (JSON.parse((await vault.run(["snapshots", "restore", ...argv, "--dry-run", "--json"])).out) as Planned)
    .plan;

const configured = async (vault: VaultHome, gateways: readonly object[]): Promise<void> => {
  await mkdir(join(vault.home, ".config", "clawback"), { recursive: true });
  await writeFile(join(vault.home, ".config", "clawback", "config.json5"), JSON.stringify({ gateways }));
};

describe("a snapshot that is not named by its id", () => {
  it("is one of the state directory that is taken back, where no gateway has a name", async () => {
    await using vault = await vaultHome();
    const other = join(vault.home, ".openclaw-dev");
    await cp(vault.stateDir, other, { recursive: true });
    const own = await save(vault);
    await save(vault, "--state-dir", other);
    expect((await planned(vault, "latest", "--state-dir", vault.stateDir)).snapshot.id).toBe(own);
    expect((await planned(vault, "last-good", "--state-dir", vault.stateDir)).snapshot.id).toBe(own);
  });

  it("is one of the gateway that is meant, also where that is not said because it is the only one here", async () => {
    await using vault = await vaultHome();
    const elsewhere = join(vault.home, "elsewhere");
    await cp(vault.stateDir, elsewhere, { recursive: true });
    await configured(vault, [
      { name: "here", url: "ws://127.0.0.1:1", stateDir: vault.stateDir },
      { name: "there", url: "ws://127.0.0.1:2", stateDir: elsewhere },
    ]);
    const own = await save(vault, "--gateway", "here");
    await save(vault, "--gateway", "there");
    await configured(vault, [
      { name: "here", url: "ws://127.0.0.1:1", stateDir: vault.stateDir },
      { name: "there", url: "ws://127.0.0.1:2" },
    ]);
    expect((await planned(vault, "latest")).snapshot.id).toBe(own);
    expect((await planned(vault, "last-good")).snapshot.id).toBe(own);
  });
});

describe("--state-dir", () => {
  it("means the gateway that the configuration has there, with all that is said of it", async () => {
    await using vault = await vaultHome();
    const other = join(vault.home, ".openclaw-dev");
    await cp(vault.stateDir, other, { recursive: true });
    await configured(vault, [
      { name: "here", url: "ws://127.0.0.1:1", stateDir: vault.stateDir, readOnly: true },
      { name: "dev", url: "ws://127.0.0.1:2", stateDir: other },
    ]);
    const answer = await vault.run(["service", "stop", "--state-dir", vault.stateDir, "--yes"]);
    expect(answer.err).toContain("here is configured read-only");
    expect(answer.code).toBe(5);
  });

  it("never lends the name and the service of a gateway to the directory of another", async () => {
    await using vault = await vaultHome();
    const other = join(vault.home, ".openclaw-dev");
    await cp(vault.stateDir, other, { recursive: true });
    await configured(vault, [
      {
        name: "here",
        url: "ws://127.0.0.1:1",
        stateDir: vault.stateDir,
        service: {
          kind: "command",
          stop: ["touch", join(vault.home, "stopped")],
          start: ["true"],
          status: ["true"],
        },
      },
    ]);
    const id = await save(vault, "--state-dir", other);
    const { gateway, stateDir } = await planned(vault, id, "--state-dir", other);
    expect(stateDir).toBe(other);
    expect(gateway).not.toBe("here");
  });
});

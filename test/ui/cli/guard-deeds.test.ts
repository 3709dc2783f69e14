import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Answer } from "../../support/command-line.ts";
import { eventually } from "../../support/soon.ts";
import { vaultHome, type VaultHome } from "./vault-home.ts";

/** A home whose one gateway does not run, watched by a guard that may do what the configuration says. */
const configured = async (
  gateway: (home: VaultHome) => object,
  config: object,
): Promise<VaultHome & { readonly config: string }> => {
  const house = await vaultHome();
  const file = join(house.home, "clawback.json5");
  const gateways = [{ name: "dev", url: "ws://127.0.0.1:9", ...gateway(house) }];
  await writeFile(file, JSON.stringify({ gateways, ...config }), { mode: 0o600 });
  return {
    ...house,
    config: file,
    run: (argv, world) => house.run(["--config", file, ...argv], world),
    json: (argv) => house.json(["--config", file, ...argv]),
  };
};

type Guard = AsyncDisposable & { readonly said: () => string };

const guarding = ({ run }: VaultHome): Guard => {
  const interrupted = new AbortController();
  let said = "";
  const hear = (text: string): void => {
    said += text;
  };
  const answer: Promise<Answer> = run(["guard"], { signal: interrupted.signal, out: hear, err: hear });
  return {
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      interrupted.abort();
      expect((await answer).code).toBe(130);
    },
  };
};

type Listed = readonly {
  readonly name: string | null;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly description: string | null;
}[];

it("a guard takes a snapshot when a deploy has settled, and deletes old ones of its own and no other", async () => {
  await using house = await configured(({ stateDir }) => ({ stateDir }), {
    snapshots: { every: "never", onIncident: false, afterDeploy: "2s" },
    vault: { retention: "1s" },
  });
  await house.run(["snapshots", "save", "--name", "old-of-the-guard", "--tag", "guard"]);
  await house.run(["snapshots", "save", "--name", "mine"]);
  const listed = async (): Promise<Listed> =>
    ((await house.json(["snapshots", "list"])) as { snapshots: Listed }).snapshots;
  const expired = async (): Promise<readonly object[]> =>
    ((await house.json(["snapshots", "cleanup", "--dry-run"])) as { remove: object[] }).remove;
  expect(await listed()).toHaveLength(2);
  await eventually(expired, (all) => all.length === 1);

  await using guard = guarding(house);
  await eventually(
    () => house.run(["guard", "status"]),
    ({ code }) => code === 0,
  );
  await house.run(["mark", "deploy", "2026.9.6", "--gateway", "dev"]);
  const after = await eventually(
    listed,
    (all) => all.length === 2 && all.some(({ kind }) => kind === "full"),
  );
  expect(new Set(after.map(({ name, kind, tags }) => [name ?? "", kind, ...tags].join(" ")))).toEqual(
    new Set(["mine manual", " full guard"]),
  );
  expect(after.find(({ kind }) => kind === "full")?.description).toBe('2s after the mark "deploy 2026.9.6"');
  expect(guard.said()).not.toContain("snapshot of dev");
});

it("a guard restarts a gateway that stays down, where it is allowed to, and leaves word of it", async () => {
  await using house = await configured(
    ({ home }) => {
      const started = join(home, "started");
      return {
        service: {
          kind: "command",
          stop: ["true"],
          start: ["touch", started],
          status: ["test", "-e", started],
        },
      };
    },
    {
      recovery: { restart: { after: "2s", attempts: 1 } },
      alerts: { rules: { "gateway-down": { after: "1s" } } },
    },
  );
  await using guard = guarding(house);
  const report = await eventually(
    () => house.run(["incident", "report"]),
    ({ out }) => out.includes("guard: restart"),
  );
  expect(report.out).toMatch(/service started: restart: gateway-down for \d+s, restart 1 of 1/);
  expect(report.out).toMatch(/service done: done/);
  expect(guard.said()).toMatch(/fired dev P0 gateway-down/);
});

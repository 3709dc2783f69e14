import {
  compareSides,
  diskStore,
  initVault,
  openVault,
  type Compression,
  type VerifyDepth,
} from "../../../src/core/index.ts";

/**
 * The vault's operations as the plainest of commands, so that whole processes can be timed against other tools:
 * `init|save|list|diff|verify|restore|one VAULT …`. Prints nothing that costs time.
 */
const [, , command = "", place = "", ...rest] = process.argv;
const [first = "", second = ""] = rest;
const keys = { keyFile: `${place}.key` };
const everything = (path: string) => ({ roots: [{ prefix: "", path }], excludes: () => false });

const idsOf = async (vault: Awaited<ReturnType<typeof openVault>>): Promise<readonly string[]> =>
  (await vault.list()).snapshots.map(({ id }) => id);

const run = async (): Promise<void> => {
  if (command === "init") {
    await initVault(diskStore(place), { ...keys, compression: (first || "lz4") as Compression });
    return;
  }
  const vault = await openVault(place, { keys });
  switch (command) {
    case "save": {
      const { snapshot, findings } = await vault.save(everything(first), { kind: "full" });
      if (findings.length > 0) throw new Error(JSON.stringify(findings));
      if (process.env["VERBOSE"] !== undefined) console.log(snapshot);
      return;
    }
    case "list":
      for (const { id, createdAt, files } of (await vault.list()).snapshots)
        console.log(id, createdAt, files);
      return;
    case "diff": {
      const ids = await idsOf(vault);
      const side = async (id: string) => ({ id, vitals: {}, files: await vault.fileFacts(id) });
      const [a, b] = [await side(ids.at(-2) ?? ""), await side(ids.at(-1) ?? "")];
      const { files } = compareSides(a, b, { redact: (_, value) => value });
      console.log(files.added.length, files.removed.length, files.changed.length);
      return;
    }
    case "verify": {
      const verified = await vault.verify("all", { depth: (first || "full") as VerifyDepth });
      if (!verified.ok) throw new Error(JSON.stringify(verified.findings.slice(0, 3)));
      return;
    }
    case "restore":
      await vault.restoreTo((await idsOf(vault)).at(-1) ?? "", first);
      return;
    case "one":
      await vault.restoreTo((await idsOf(vault)).at(-1) ?? "", first, { select: (path) => path === second });
      return;
    default:
      throw new Error(`no such command: ${command}`);
  }
};

await run();
if (process.env["VERBOSE"] !== undefined) {
  console.log(Math.round(performance.now()), "ms", Math.round(process.resourceUsage().maxRSS / 1024), "MB");
}

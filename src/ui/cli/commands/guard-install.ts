import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errnoOf, ExitCode, Problem } from "../../../ground/index.ts";
import { placeUnder } from "../../config/places.ts";
import { confirm } from "../confirm.ts";
import { defineCommand, type Context } from "../command.ts";
import { guardUnit, guardUnitName, type GuardUnit } from "../guard/unit.ts";

export const command = defineCommand({
  words: ["guard", "install"],
  summary: "Show a systemd user unit for the guard, and write it when you say so.",
  details: [
    "Nothing is written before you have seen it and agreed (--yes for scripts, --dry-run to look only), and nothing is",
    "started: the commands that do are printed. Secrets that the configuration takes from the environment must be in the",
    "environment of the unit: systemctl --user edit clawback-guard, with EnvironmentFile=.",
  ].join("\n"),
  options: { "dry-run": { kind: "flag", help: "show it, and write nothing" } },
  run: async (context, { options }) => {
    const { document, env, flags, out } = context;
    const unit = guardUnit({
      configHome: dirname(placeUnder(env, "XDG_CONFIG_HOME")),
      command: [process.execPath, process.argv[1] ?? "clawback"],
      options: await optionsOf(context),
    });
    if (!flags.json) out(`# ${unit.path}\n${unit.text}\n`);
    const written = options["dry-run"] ? false : await write(context, unit);
    const next = ["systemctl --user daemon-reload", `systemctl --user enable --now ${guardUnitName}`];
    if (flags.json) document({ path: unit.path, text: unit.text, written, next });
    else if (written) out(`✅ Wrote ${unit.path}\n   start it: ${next.join(" && ")}\n`);
    return ExitCode.fine;
  },
});

/** A guard that is started by systemd means what this command line means, wherever it is started. */
const optionsOf = async ({ config, cwd, flags }: Context): Promise<readonly string[]> => {
  const { file } = await config();
  return [
    ...(file === undefined ? [] : ["--config", file]),
    ...(flags.vault === undefined ? [] : ["--vault", resolve(cwd, flags.vault)]),
    ...(flags["state-dir"] === undefined ? [] : ["--state-dir", resolve(cwd, flags["state-dir"])]),
    ...flags.gateway.flatMap((gateway) => ["--gateway", gateway]),
    ...(flags.insecure ? ["--insecure"] : []),
  ];
};

const write = async (context: Context, { path, text }: GuardUnit): Promise<boolean> => {
  const before = await contentOf(path);
  if (before === text) return true;
  const question = before === undefined ? `Write ${path}?` : `Replace ${path}, which says something else?`;
  await confirm(context, { question });
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o644 });
  } catch (cause) {
    throw new Problem("GUARD_NOT_INSTALLED", `${path} cannot be written.`, {
      hint: "Check that your home directory is writable, or write the shown text there yourself.",
      cause,
    });
  }
  return true;
};

const contentOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
};

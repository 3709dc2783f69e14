import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Stand-ins for systemctl and launchctl that answer as the real ones do (output, exit codes, messages as recorded from
 * systemd 255 and its manual, launchctl of macOS 14 from its manual): real executables found through PATH, with the
 * state of the unit in a file.
 */
export type FakeUnit = {
  /** As `systemctl show` names it. */
  readonly active: "active" | "inactive" | "failed" | "deactivating" | "activating";
  /** How many questions it answers before it goes on from deactivating or activating. */
  readonly slow?: number;
  readonly mainPid?: number;
  readonly restart?: string;
  readonly load?: string;
  /** What orders are refused with. */
  readonly refusal?: { readonly message: string; readonly code: number };
};

export type Fake = {
  readonly set: (unit: FakeUnit) => Promise<void>;
  /** The arguments of every call so far. */
  readonly calls: () => Promise<readonly (readonly string[])[]>;
};

const install = async (dir: string, name: string, body: string): Promise<Fake> => {
  const state = join(dir, `${name}.state.json`);
  const log = join(dir, `${name}.calls`);
  await writeFile(log, "");
  const path = join(dir, name);
  await writeFile(
    path,
    `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + "\\n");
const unit = JSON.parse(fs.readFileSync(${JSON.stringify(state)}, "utf8"));
// What was ordered last, and how often it was asked since: appending is all that calls at the same time do.
const verbOf = (each) => each.find((word) => !word.startsWith("-"));
const calls = fs.readFileSync(${JSON.stringify(log)}, "utf8").trim().split("\\n").map((line) => verbOf(JSON.parse(line)));
const isOrder = (verb) => !["show", "print", "reset-failed"].includes(verb);
const ordered = isOrder(verbOf(args));
const since = calls.findLastIndex(isOrder);
const order = since < 0 || unit.refusal ? undefined : calls[since];
const asked = calls.length - 1 - since;
const say = (text, code) => { (code === 0 ? process.stdout : process.stderr).write(text); process.exit(code); };
${body}`,
  );
  await chmod(path, 0o755);
  return {
    set: (unit) => writeFile(state, JSON.stringify(unit)),
    calls: async () =>
      (await readFile(log, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line): readonly string[] => JSON.parse(line)),
  };
};

export const fakeSystemctl = (dir: string): Promise<Fake> =>
  install(
    dir,
    "systemctl",
    `
// What this call is, and not what came last: a question may be written down between.
if (ordered || verbOf(args) === "reset-failed") say(unit.refusal ? unit.refusal.message + "\\n" : "", unit.refusal ? unit.refusal.code : 0);
const there = asked > (unit.slow ?? 0);
const active = { stop: there ? "inactive" : "deactivating", start: there ? "active" : "activating", kill: "failed" }[order] ?? unit.active;
const sub = { active: "running", inactive: "dead", failed: "failed", deactivating: "stop-sigterm", activating: "start" }[active];
const pid = active === "inactive" || active === "failed" ? 0 : order === "start" ? 4243 : (unit.mainPid ?? 0);
say(\`LoadState=\${unit.load ?? "loaded"}\\nActiveState=\${active}\\nSubState=\${sub}\\nMainPID=\${pid}\\nRestart=\${unit.restart ?? "always"}\\nTimeoutStopUSec=5min 30s\\nResult=\${active === "failed" ? "exit-code" : "success"}\\n\`, 0);
`,
  );

export const fakeLaunchctl = (dir: string): Promise<Fake> =>
  install(
    dir,
    "launchctl",
    `
const loaded = order === "bootout" ? false : order === "bootstrap" ? true : unit.active !== "inactive";
if (args[0] === "bootout") process.exit(36);
if (args[0] !== "print") process.exit(0);
if (!loaded) say("Bad request.\\nCould not find service in domain for user gui: 501\\n", 113);
say("gui/501/ai.openclaw.gateway = {\\n\\tactive count = 1\\n\\tstate = running\\n\\tpid = 4242\\n\\tproperties = keepalive | runatload\\n}\\n", 0);
`,
  );

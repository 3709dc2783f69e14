import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";

/**
 * Runs the program under test as a shell would and reports what no terminal shows: the true way it ended, and the
 * modes it left the line in. Started inside the pty with the report's path and the command as arguments.
 */
const [report = "", command = "", ...rest] = process.argv.slice(2);

const child = spawn(command, rest, { stdio: "inherit" });
const say = (about: object): void => {
  writeFileSync(report, JSON.stringify({ pid: child.pid, ...about }));
};
say({});
// What the user sends to the program in front is not for the shell behind it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP", "SIGQUIT"] as const) {
  process.on(signal, () => undefined);
}
child.on("exit", (code, signal) => {
  const modes = execFileSync("stty", ["-a"], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
  say({ code, signal, isRaw: /(?:^|\s)-icanon\b/.test(modes), isEchoing: !/(?:^|\s)-echo\b/.test(modes) });
  process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
});

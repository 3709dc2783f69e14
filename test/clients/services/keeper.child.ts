import { type ChildProcess, spawn } from "node:child_process";

/** A supervisor of the simplest kind: whatever ends is started again. Arguments: a script and its arguments. */
let child: ChildProcess | undefined;
const keep = (): void => {
  child = spawn(process.execPath, process.argv.slice(2), { stdio: "ignore" });
  child.once("exit", () => {
    setTimeout(keep, 100);
  });
};
keep();
process.once("SIGINT", () => {
  child?.kill("SIGKILL");
  process.exit(0);
});

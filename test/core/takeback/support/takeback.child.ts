import { finish, openTestVault, scopeNamed, takeBack, type Ending } from "./drive.ts";
import { sceneIn } from "./scene.ts";

/** Runs a restore and kills itself, without a word, at the n-th point it reaches. */
const [home = "", vault = "", snapshot = "", ending = "leave", killAt = "-1", scope = "everything"] =
  process.argv.slice(2);
let points = 0;
const onStep = (): void => {
  if (points === Number(killAt)) process.kill(process.pid, "SIGKILL");
  points += 1;
};
const journal = await takeBack({
  scene: sceneIn(home),
  vault: await openTestVault(vault),
  snapshot,
  scope: scopeNamed(scope),
  onStep,
});
await finish(journal, endingOf(ending));

function endingOf(text: string): Ending {
  return text === "put-back" || text === "accept" ? text : "leave";
}

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { temporary } from "./places.ts";

const keeps = (): boolean => {
  using place = temporary();
  writeFileSync(place.at("file"), "x");
  const script = `import os,sys; os.setxattr(sys.argv[1], "user.note", b"x")`;
  return spawnSync("python3", ["-c", script, place.at("file")]).status === 0;
};

/** Where temporary files lie there may be none: a tmpfs keeps them since Linux 6.6, some network file systems never. */
export const keepsUserAttributes = keeps();

// Keeps what V8 made of the program's files, so that the next start need not compile them again: a tenth of a short
// command, a sixth of the console's first picture. It lies in the user's own cache directory; without one the program
// starts all the same.
"use strict";
const { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { isAbsolute, join } = require("node:path");

/** Builds whose code is kept: an older one is not started any more. */
const mostBuilds = 3;

const placeToKeep = () => {
  const { HOME: home = "", XDG_CACHE_HOME: cache = "" } = process.env;
  const base = isAbsolute(cache) ? cache : isAbsolute(home) ? join(home, ".cache") : undefined;
  const owner = process.geteuid?.();
  if (base === undefined || owner === undefined) return undefined;
  // Root in somebody else's home leaves nothing there, and runs nothing that somebody else could have put there.
  if (isAbsolute(home) && statSync(home).uid !== owner) return undefined;
  const build = nameOf(readFileSync(join(__dirname, "../dist/main.js"), "latin1"));
  const kept = join(base, "clawback", "code");
  const place = join(kept, build);
  const isNew = [base, join(base, "clawback"), kept, place].map(make).at(-1);
  if (isNew) forgetOld(kept, build);
  const found = lstatSync(place);
  return found.isDirectory() && found.uid === owner && (found.mode & 0o022) === 0 ? place : undefined;
};

/** One by one: where a directory can never be made (/proc), Node's own way to make all of them tries for ever. */
const make = (directory) => {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
};

/**
 * A build by what is in it: its first file names the next ones by their contents, and so does each of those. A build that
 * is made again of the same sources finds what was kept. Nobody is kept out by this name; Node itself compares the code.
 * It is found and not reckoned: a loop over every letter is long enough for V8 to begin to optimize it, which costs up to
 * 18 ms of a processor.
 */
const nameOf = (text) => Array.from(text.matchAll(/-([\w-]{8})\.js"/g), ([, contents]) => contents).join("");

const forgetOld = (kept, build) => {
  const others = readdirSync(kept)
    .filter((name) => name !== build)
    .map((name) => ({ name, time: lstatSync(join(kept, name)).mtimeMs }))
    .sort((a, b) => a.time - b.time);
  for (const { name } of others.slice(0, -(mostBuilds - 1)))
    rmSync(join(kept, name), { recursive: true, force: true });
};

exports.keepCode = () => {
  try {
    const place = placeToKeep();
    // Nor is Node told of a directory that it would have to make.
    if (place !== undefined) enableCompileCache(place);
  } catch (error) {
    // A home that is read-only, full or not there: every start compiles anew, as the first one does.
    if (error.code === undefined) throw error;
  }
};

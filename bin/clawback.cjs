#!/usr/bin/env node
// Plain old JavaScript on purpose: this file must be understood by any Node there is, so that an old one can be
// told about in one line before anything newer is even parsed.
"use strict";
var wanted = [24, 16];
var have = process.versions.node.split(".").map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  process.stderr.write(
    "clawback needs Node " +
      wanted.join(".") +
      " or newer, and this is Node " +
      process.versions.node +
      '. Install a newer one (nodejs.org), or run it with: npx -y node@24 "$(command -v clawback)"\n',
  );
  process.exitCode = 2;
} else {
  require("./start.cjs");
}

// Kept apart from clawback.cjs because an old Node refuses to parse the import below.
"use strict";
require("./kept-code.cjs").keepCode();
import("../dist/main.js").catch((error) => {
  if (error && error.code === "ERR_MODULE_NOT_FOUND") {
    process.stderr.write("clawback is not built here. Run: npm run build\n");
    process.exit(2);
  }
  throw error;
});

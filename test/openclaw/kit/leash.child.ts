/** Reads `+pid` and `-pid` lines; when they end, kills the process groups that are still on the list. */
const groups = new Set<number>();
let rest = "";

process.stdin.on("data", (chunk: Buffer) => {
  const lines = (rest + chunk.toString()).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const group = Number(line.slice(1));
    if (line.startsWith("+")) groups.add(group);
    else groups.delete(group);
  }
});

process.stdin.on("end", () => {
  for (const group of groups) {
    try {
      process.kill(-group, "SIGKILL");
    } catch (error) {
      // Already gone is what was wanted.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
});

import { spawn } from "node:child_process";
import { once } from "node:events";

/** A process from its start to its end: the time that passes, the processors' time, its peak of memory. */
export type WholeCommand = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly out: string;
};

export type CommandPlace = { readonly directory: string; readonly env: NodeJS.ProcessEnv };

/** What a process used the kernel tells whoever waited for it, and Node does not hand it on. */
const wrapper = `import resource,subprocess,sys,time
start=time.perf_counter(); child=subprocess.run(sys.argv[1:]); took=time.perf_counter()-start
used=resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"\\n{took} {used.ru_utime+used.ru_stime} {used.ru_maxrss/1024}", file=sys.stderr); sys.exit(child.returncode)`;

export const runWhole = async (
  words: readonly string[],
  { directory, env }: CommandPlace,
): Promise<WholeCommand> => {
  const child = spawn("/usr/bin/python3", ["-c", wrapper, ...words], {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => (said.out += String(data)));
  child.stderr.on("data", (data) => (said.err += String(data)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) {
    const last = `${said.out}\n${said.err}`.slice(-2_000);
    throw new Error(`${words.join(" ")} ended with ${code}: ${last}`);
  }
  const [seconds = NaN, cpuSeconds = NaN, megabytes = NaN] =
    said.err.trimEnd().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { seconds, cpuSeconds, megabytes, out: said.out };
};

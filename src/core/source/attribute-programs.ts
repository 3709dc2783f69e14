import { childProcesses, streams } from "../system/late.ts";

/**
 * Node cannot read or write extended attributes, so a short-lived program does it for any number of files: perl, or
 * python3, one of which nearly every Linux has. Both speak the same lines of hex:
 *
 * - reading takes paths that end in NUL, and answers `path name value` for each attribute, `! path errno` for a path
 *   whose attributes are there and cannot be read;
 * - writing takes `path name value`, and answers each path whose attributes could not be set.
 *
 * Paths longer than the kernel takes are reached by going there piece by piece. What users set, access lists and
 * capabilities are kept; what a system labels by itself (SELinux) it labels again.
 */
export type AttributeTask = "read" | "write";

/** Not supported here, gone meanwhile, or closed to us, which is said of the file itself. */
const quietErrnos = "2, 13, 20, 38, 61, 95";

const python: Readonly<Record<AttributeTask, string>> = {
  read: String.raw`
import os, sys
kept = lambda n: n.startswith("user.") or n.startswith("system.posix_acl") or n == "security.capability"
out = sys.stdout.buffer
def near(path):
    while len(path) > 3900:
        cut = path.rfind(b"/", 0, 3900)
        os.chdir(path[:cut])
        path = path[cut + 1:]
    return path
for path in sys.stdin.buffer.read().split(b"\0")[:-1]:
    try:
        here = near(path)
        for name in os.listxattr(here, follow_symlinks=False):
            if kept(name):
                value = os.getxattr(here, name, follow_symlinks=False)
                out.write(path.hex().encode() + b" " + os.fsencode(name).hex().encode() + b" " + value.hex().encode() + b"\n")
    except OSError as error:
        if error.errno not in (${quietErrnos}):
            out.write(b"! " + path.hex().encode() + b" " + str(error.errno).encode() + b"\n")
`,
  write: String.raw`
import os, stat, sys
def near(path):
    while len(path) > 3900:
        cut = path.rfind(b"/", 0, 3900)
        os.chdir(path[:cut])
        path = path[cut + 1:]
    return path
def put(here, name, value):
    try:
        os.setxattr(here, name, value, follow_symlinks=False)
    except PermissionError:
        mode = os.lstat(here).st_mode
        if stat.S_ISLNK(mode): raise
        os.chmod(here, stat.S_IMODE(mode) | 0o200)
        try: os.setxattr(here, name, value, follow_symlinks=False)
        finally: os.chmod(here, stat.S_IMODE(mode))
for line in sys.stdin.buffer.read().split(b"\n")[:-1]:
    path, name, value = (bytes.fromhex(part.decode()) for part in line.split(b" "))
    try:
        put(near(path), name, value)
    except OSError:
        sys.stdout.buffer.write(path.hex().encode() + b"\n")
`,
};

/** Numbers of llistxattr, lgetxattr and lsetxattr: perl calls the kernel itself. */
const systemCalls: Readonly<Record<string, readonly [number, number, number]>> = {
  x64: [195, 192, 189],
  arm64: [12, 9, 6],
};

const perlNear = String.raw`
sub near { my $p = shift;
  while (length($p) > 3900) { my $cut = rindex($p, "/", 3900); chdir(substr($p, 0, $cut)) or last; $p = substr($p, $cut + 1); }
  return $p; }
binmode STDIN; binmode STDOUT;`;

const perl = (task: AttributeTask, [list, get, set]: readonly [number, number, number]): string =>
  task === "read"
    ? String.raw`${perlNear}
my %quiet = map { $_ => 1 } (${quietErrnos});
my ($names, $value) = ("\0" x 65536, "\0" x 65536);
local $/ = "\0";
while (my $path = <STDIN>) { chomp $path; my $here = near($path) . "";
  my $length = syscall(${list}, $here, $names, 65536);
  if ($length < 0) { print "! ", unpack("H*", $path), " ", $! + 0, "\n" unless $quiet{$! + 0}; next; }
  for my $name (split /\0/, substr($names, 0, $length)) {
    next unless $name =~ /^user\.|^system\.posix_acl|^security\.capability$/;
    my $size = syscall(${get}, $here, $name . "", $value, 65536);
    if ($size < 0) { print "! ", unpack("H*", $path), " ", $! + 0, "\n" unless $quiet{$! + 0}; next; }
    print join(" ", map { unpack("H*", $_) } $path, $name, substr($value, 0, $size)), "\n"; } }`
    : String.raw`${perlNear}
while (my $line = <STDIN>) { chomp $line;
  my ($path, $name, $value) = map { pack("H*", $_) } split / /, $line, -1;
  my $here = near($path) . "";
  next if syscall(${set}, $here, $name . "", $value . "", length($value), 0) == 0;
  if ($! == 13 && !-l $here) { my $mode = (lstat $here)[2] & 07777;
    chmod $mode | 0200, $here; my $done = syscall(${set}, $here, $name . "", $value . "", length($value), 0); chmod $mode, $here;
    next if $done == 0; }
  print unpack("H*", $path), "\n"; }`;

export type AttributeProgram = { readonly command: string; readonly arguments: readonly string[] };

export const attributePrograms = (task: AttributeTask): readonly AttributeProgram[] => {
  if (process.platform !== "linux") return [];
  const calls = systemCalls[process.arch];
  const withPython = (command: string): AttributeProgram => ({
    command,
    arguments: ["-I", "-S", "-c", python[task]],
  });
  const withPerl = (command: string): readonly AttributeProgram[] =>
    calls === undefined ? [] : [{ command, arguments: ["-e", perl(task, calls)] }];
  return [
    // It starts in a third of the time of the other. The system's own before all: what the search path finds may be a
    // wrapper that takes ten times as long.
    ...withPerl("/usr/bin/perl"),
    withPython("/usr/bin/python3"),
    ...withPerl("perl"),
    withPython("python3"),
  ];
};

/** What the first program answered that could be started and came to its end; nothing when there is none. */
export const runAttributes = async (
  task: AttributeTask,
  input: () => Iterable<Uint8Array>,
  signal: AbortSignal,
  programs = attributePrograms(task),
): Promise<string | undefined> => {
  for (const program of programs) {
    const output = await run(program, input(), signal);
    if (output !== undefined) return output;
  }
  return undefined;
};

const run = async (
  { command, arguments: words }: AttributeProgram,
  input: Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<string | undefined> => {
  signal.throwIfAborted();
  const child = childProcesses().spawn(command, words, {
    stdio: ["pipe", "pipe", "ignore"],
    signal,
    // A ctrl-c at the terminal is for us alone: we end it in good order.
    detached: true,
    // Without what could have it load more than it is given here.
    env: { PATH: process.env["PATH"] },
  });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise<boolean>((resolve) => {
    child.once("close", (code) => {
      resolve(code === 0);
    });
    child.once("error", () => {
      resolve(false);
    });
  });
  const fed = streams()
    .promises.pipeline(streams().Readable.from(input), child.stdin)
    .catch(() => {
      // Whoever ends early does not end well, which is what counts.
    });
  const [isWhole] = await Promise.all([ended, fed]);
  signal.throwIfAborted();
  return isWhole ? Buffer.concat(parts).toString("latin1") : undefined;
};

/**
 * What a file is for, so that a person can say "only the configuration" or "all but the workspace". One file has one
 * subject and may belong to an agent besides. Paths are relative to the state directory, with `/` between the parts.
 *
 * The database of an agent counts as `sessions`, although its provider keys and its memory index stand in it too:
 * files are what can be put back, and taking its keys back takes its sessions back.
 */
export const stateSubjects = [
  "config",
  "credentials",
  "sessions",
  "memory",
  "workspace",
  /** Devices, tokens, schedules, deliveries, approvals: the gateway's own database. */
  "gateway",
  "media",
  "skills",
  "logs",
  "other",
] as const;

export type StateSubject = (typeof stateSubjects)[number];

export type StateClass = StateSubject | `agent:${string}`;

export type ClassOptions = {
  /** What the root is: the state directory, or a workspace or agent directory elsewhere. */
  readonly kind?: "state" | "workspace" | "agent" | "config" | "credentials";
  readonly agents?: readonly string[];
  /** Workspaces inside the state directory that do not have the usual name, by their relative path. */
  readonly workspaces?: readonly { readonly path: string; readonly agents: readonly string[] }[];
};

const configFile = /^(?:openclaw|clawdbot)\.json(?:\..*)?$/;

/** The subject first, then `agent:<id>` for every agent it belongs to. */
export const classesOf = (path: string, options: ClassOptions = {}): readonly StateClass[] => {
  const { subject, agents } = inspect(path, options);
  return [subject, ...agents.map((agent): StateClass => `agent:${agent}`)];
};

type Inspected = { readonly subject: StateSubject; readonly agents: readonly string[] };

const inspect = (path: string, options: ClassOptions): Inspected => {
  const agents = options.agents ?? [];
  switch (options.kind ?? "state") {
    case "workspace":
      return { subject: inWorkspace(path), agents };
    case "agent":
      return { subject: inAgentDirectory(path), agents };
    case "config":
      return { subject: "config", agents };
    case "credentials":
      return { subject: "credentials", agents };
    case "state":
      return inState(path, options.workspaces ?? []);
  }
};

const inState = (path: string, workspaces: NonNullable<ClassOptions["workspaces"]>): Inspected => {
  for (const workspace of workspaces) {
    const inner = innerPath(path, workspace.path);
    if (inner !== undefined) return { subject: inWorkspace(inner), agents: workspace.agents };
  }
  const [first = "", second, third, ...rest] = path.split("/");
  if (first === "agents" && second !== undefined && second !== "") {
    const agents = [second];
    if (third === "sessions") return { subject: "sessions", agents };
    if (third === "agent") return { subject: inAgentDirectory(rest.join("/")), agents };
    return { subject: "other", agents };
  }
  if (/^workspace(?:-|$)/.test(first)) {
    const agent = first.slice("workspace-".length);
    const inner = second === undefined ? "" : path.slice(first.length + 1);
    return { subject: inWorkspace(inner), agents: agent === "" ? [] : [agent] };
  }
  if (second === undefined && (configFile.test(first) || first === "config-journal-fingerprint.key")) {
    return { subject: "config", agents: [] };
  }
  return { subject: subjectOfTop(first), agents: [] };
};

const subjectOfTop = (first: string): StateSubject => {
  switch (first) {
    case "credentials":
    case "identity":
    case "devices":
    case ".env":
      return "credentials";
    case "sessions":
      return "sessions";
    case "memory":
      return "memory";
    case "state":
    case "cron":
    case "tasks":
    case "flows":
      return "gateway";
    case "media":
      return "media";
    case "skills":
    case "extensions":
      return "skills";
    case "logs":
    case "audit":
      return "logs";
    default:
      return "other";
  }
};

const inWorkspace = (path: string): StateSubject =>
  /^(?:MEMORY\.md|USER\.md|memory(?:\/|$))/.test(path) ? "memory" : "workspace";

const inAgentDirectory = (path: string): StateSubject => {
  if (path.startsWith("openclaw-agent.sqlite")) return "sessions";
  if (/^auth(?:-profiles|-state)?\.json/.test(path)) return "credentials";
  return "other";
};

const innerPath = (path: string, directory: string): string | undefined => {
  if (path === directory) return "";
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
};

/** One thing looked at: what was seen, and what to do when it is not well. */
export type Check = {
  /** A stable name that scripts can test: `config-valid`, `token`. */
  readonly id: string;
  /** A gateway's name, `clawback` or `vault`. */
  readonly about: string;
  readonly verdict: "ok" | "warning" | "failed";
  readonly evidence: string;
  readonly next?: string;
};

export type Checklist = "daily" | "weekly" | "monthly";

/** From which list on a check is part: the monthly list is everything. */
const lists: Readonly<Record<string, Checklist>> = {
  connection: "daily",
  alerts: "daily",
  service: "daily",
  disk: "daily",
  "vault-newest": "daily",
  guard: "daily",
  "state-read": "weekly",
  "config-valid": "weekly",
  restarts: "weekly",
  memory: "weekly",
  history: "weekly",
  "vault-verified": "weekly",
};

const order: readonly Checklist[] = ["daily", "weekly", "monthly"];

export const isOn = (list: Checklist | undefined, { id }: Check): boolean =>
  list === undefined || order.indexOf(lists[id] ?? "monthly") <= order.indexOf(list);

export const ok = (id: string, about: string, evidence: string): Check => ({
  id,
  about,
  verdict: "ok",
  evidence,
});

export const warning = (id: string, about: string, evidence: string, next: string): Check => ({
  id,
  about,
  verdict: "warning",
  evidence,
  next,
});

export const failed = (id: string, about: string, evidence: string, next: string): Check => ({
  id,
  about,
  verdict: "failed",
  evidence,
  next,
});

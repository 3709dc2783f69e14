import { type SentenceOf, type WordsOf } from "../../ground/index.ts";

/** What a person can do where a gateway could not be stopped or started through whoever supervises it. */
export const serviceSayings = {
  "name-real-service": {},
  "check-unit-name": {},
  "unit-needs-root": {},
  "set-runtime-dir": {},
  "check-agent": { label: "text", target: "text" },
  "run-same-by-hand": {},
  "name-state-or-service": {},
  "start-as-before": {},
  "set-its-service": { scope: "text", unit: "text" },
  "add-command": {},
  "wait-or-allow-kill": {},
  "supervised-elsewhere": {},
  "stop-it-by-hand": {},
  "read-start-log": {},
  "read-log-ask-supervisor": {},
  "own-fault": {},
} as const;

export type ServiceAdvice = SentenceOf<typeof serviceSayings>;

/** In English: what the command line and the history say. */
export const serviceWords: WordsOf<typeof serviceSayings> = {
  "name-real-service": () =>
    "Name how it is really started in this gateway's `service`: launchd, openclaw, or a command of your own.",
  "check-unit-name": () => "Check the unit's name in this gateway's `service`.",
  "unit-needs-root": () => "A system unit needs root, or a polkit rule for this user.",
  "set-runtime-dir": () => "Set XDG_RUNTIME_DIR=/run/user/$(id -u), and enable lingering for the user.",
  "check-agent": ({ label, target }) => `Check that ${label} is installed: launchctl print ${target}`,
  "run-same-by-hand": () => "Run the same command by hand to see why.",
  "name-state-or-service": () => "Name its `stateDir`, or how it is supervised, in this gateway's `service`.",
  "start-as-before": () =>
    "Start it the way it was started before, or name its `service` in the configuration.",
  "set-its-service": ({ scope, unit }) =>
    `Set service: { kind: "${scope}", unit: "${unit}" } for this gateway.`,
  "add-command": () => "Add it to this gateway's `service`.",
  "wait-or-allow-kill": () =>
    "Wait longer, or allow it to be killed once the budget is over: unfinished replies are lost then.",
  "supervised-elsewhere": () =>
    "Something else supervises it: name that in this gateway's `service`, or stop it there.",
  "stop-it-by-hand": () => "Stop it by hand.",
  "read-start-log": () => "Read its log: it ended while starting.",
  "read-log-ask-supervisor": () => "Read its log, and ask its supervisor why.",
  "own-fault": () => "This is a fault of clawback itself.",
};

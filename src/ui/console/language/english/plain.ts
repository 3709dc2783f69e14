/** The console as lines for a screen reader. */
export const plain = {
  hello: (gateways: number) =>
    `clawback, ${gateways} gateways. Changes are said as they come. Type help and Enter for what you can ask.`,
  starting: "starting",
  gateway: (name: string, word: string, why: string) =>
    why === "" ? `${name}: ${word}` : `${name}: ${word}, ${why}`,
  now: (name: string, word: string, why: string) =>
    why === "" ? `${name} is now ${word}` : `${name} is now ${word}: ${why}`,
  fired: (priority: string, rule: string, gateway: string, evidence: string, id: string) =>
    `alert ${priority}, ${rule} on ${gateway}: ${evidence}. To acknowledge: ack ${id}`,
  resolved: (rule: string, gateway: string) => `over: ${rule} on ${gateway}`,
  mark: (text: string) => `mark: ${text}`,
  begun: (what: string, gateway: string, step: string) => `${what}, ${gateway}: ${step}`,
  done: (what: string, gateway: string, text: string) => `done, ${what}, ${gateway}: ${text}`,
  failed: (what: string, gateway: string, why: string) => `failed, ${what}, ${gateway}: ${why}`,
  noAlerts: "no alert fires",
  noIncident: "no incident is open",
  noGateway: (name: string) => `no gateway is called ${name}`,
  noLog: "no warnings and no errors in the log",
  noAlert: (id: string) => `no alert has the id ${id}`,
  acknowledged: (rule: string) => `acknowledged ${rule}`,
  incident: (title: string, onset: string, reason: string) => `${title}. It began at ${onset}: ${reason}`,
  suspect: (text: string) => `changed before: ${text}`,
  lastGood: (id: string, gateway: string) => `last good snapshot of ${gateway}: ${id}`,
  step: (number: number, text: string, way: string) => `step ${number}: ${text}: ${way}`,
  unknown: (text: string) => `${text} is nothing that can be asked; type help`,
  bye: "goodbye",
  help: [
    "fleet: how every gateway is",
    "gateway NAME: one gateway with its numbers",
    "alerts: what fires",
    "incident: the story and what to do",
    "log: the last warnings and errors; log NAME: of one gateway",
    "ack ID: say that you know of an alert",
    "quit: leave",
  ],
};

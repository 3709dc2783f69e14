import { liveAlerts, theVault } from "../../../watch/index.ts";
import { sayIn } from "../language/index.ts";
import { titleIn } from "../lists/incidents.ts";
import { sessionsOf } from "../lists/sessions.ts";
import type { ConsoleModel } from "../state/model.ts";
import { gatewayTabs } from "../state/place.ts";
import type { Choice } from "./index.ts";
import { gatewayMeant } from "./places.ts";

const most = 20;

/** An agent may have hundreds: they leave room for what else is called so. */
const mostSessions = 8;

/** Things of the fleet with these words in their name: to go there by typing it. */
export const objectsNamed = (model: ConsoleModel, wanted: string): readonly Choice[] => {
  if (wanted === "") return [];
  const { texts } = model.setting;
  const { commands } = texts;
  const has = (text: string): boolean =>
    wanted.split(/\s+/u).every((word) => text.toLowerCase().includes(word));
  const found: Choice[] = [];
  for (const { identity } of model.watch.gateways) {
    const { name, url, labels } = identity;
    if (!has([name, ...labels].join(" "))) continue;
    found.push({
      ...plain,
      title: name,
      help: `${commands["go.gateway"].title} · ${url}`,
      actions: [{ kind: "jump", place: { screen: "gateway", gateway: name, tab: "overview" } }],
    });
  }
  const here = gatewayMeant(model);
  for (const tab of gatewayTabs) {
    if (here === undefined || tab === "overview" || !has(`${texts.gateway.tabs[tab]} ${tab}`)) continue;
    found.push({
      ...plain,
      title: texts.gateway.tabs[tab],
      help: `${commands["go.gateway"].title} · ${here}`,
      actions: [{ kind: "jump", place: { screen: "gateway", gateway: here, tab } }],
    });
  }
  for (const incident of model.watch.incidents) {
    if (incident.state !== "open" || !has(`${titleIn(texts, incident)} ${incident.gateways.join(" ")}`))
      continue;
    found.push({
      ...plain,
      title: `${incident.priority} ${titleIn(texts, incident)}`,
      help: commands["go.incident"].title,
      actions: [{ kind: "jump", place: { screen: "incident", incident: incident.id } }],
    });
  }
  for (const alert of liveAlerts(model.watch)) {
    const about = alert.gateway === theVault ? "vault" : alert.gateway;
    if (!has(`${alert.rule} ${about} ${alert.subject ?? ""}`)) continue;
    found.push({
      ...plain,
      title: `${alert.rule} ${about}`,
      help: sayIn(texts, alert.said, alert.evidence),
      actions: [{ kind: "jump", place: { screen: "alert", alert: alert.id } }],
    });
  }
  const sessions = model.watch.gateways.flatMap(sessionsOf).filter(({ key }) => has(key));
  for (const { gateway, key } of sessions.slice(0, mostSessions)) {
    found.push({
      ...plain,
      title: key,
      help: `${texts.gateway.tabs.sessions} · ${gateway}`,
      actions: [{ kind: "jump", place: { screen: "session", gateway, session: key } }],
    });
  }
  for (const { id, name, kind, gateway, at } of model.vault.listed.toReversed()) {
    if (found.length >= most) break;
    // One that nobody gave a gateway is found in the list of its own.
    if (gateway === null || !has(`${id} ${name ?? ""}`)) continue;
    found.push({
      ...plain,
      title: name === null ? id : `${name} ${id}`,
      help: `${commands["go.snapshots"].title} · ${kind} · ${gateway} · ${model.setting.time.full(at)}`,
      actions: [{ kind: "jump", place: { screen: "snapshot", gateway, snapshot: id } }],
    });
  }
  return found.slice(0, most);
};

const plain = { key: "", risk: "none", refusal: undefined } as const;

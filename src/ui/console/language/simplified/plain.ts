import type { english } from "../english/index.ts";

export const plain: (typeof english)["plain"] = {
  hello: (gateways) =>
    `clawback，${gateways} 个网关。有变化时会读出。输入 help 再按 Enter 查看可以询问的内容。`,
  starting: "启动中",
  gateway: (name, word, why) => (why === "" ? `${name}：${word}` : `${name}：${word}，${why}`),
  now: (name, word, why) => (why === "" ? `${name} 现在${word}` : `${name} 现在${word}：${why}`),
  fired: (priority, rule, gateway, evidence, id) =>
    `告警 ${priority}，${gateway} 上的 ${rule}：${evidence}。确认请输入：ack ${id}`,
  resolved: (rule, gateway) => `已结束：${gateway} 上的 ${rule}`,
  mark: (text) => `标记：${text}`,
  begun: (what, gateway, step) => `${what}，${gateway}：${step}`,
  done: (what, gateway, text) => `完成：${what}，${gateway}：${text}`,
  failed: (what, gateway, why) => `失败：${what}，${gateway}：${why}`,
  noAlerts: "没有告警",
  noIncident: "没有进行中的事件",
  noGateway: (name) => `没有叫 ${name} 的网关`,
  noLog: "日志中没有警告，也没有错误",
  noAlert: (id) => `没有标识为 ${id} 的告警`,
  acknowledged: (rule) => `已确认 ${rule}`,
  incident: (title, onset, reason) => `${title}。开始于 ${onset}：${reason}`,
  suspect: (text) => `之前的变化：${text}`,
  lastGood: (id, gateway) => `${gateway} 最后良好的快照：${id}`,
  step: (number, text, way) => `第 ${number} 步：${text}：${way}`,
  unknown: (text) => `不能询问 ${text}；请输入 help`,
  bye: "再见",
  help: [
    "fleet：每个网关的状况",
    "gateway 名称：一个网关和它的数字",
    "alerts：当前的告警",
    "incident：经过和怎么办",
    "log：最近的警告和错误；log 名称：某个网关的",
    "ack 标识：表示你已知道一个告警",
    "quit：离开",
  ],
};

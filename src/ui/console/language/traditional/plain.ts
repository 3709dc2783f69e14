import type { english } from "../english/index.ts";

export const plain: (typeof english)["plain"] = {
  hello: (gateways) =>
    `clawback，${gateways} 個閘道。有變化時會讀出。輸入 help 再按 Enter 查看可以詢問的內容。`,
  starting: "啟動中",
  gateway: (name, word, why) => (why === "" ? `${name}：${word}` : `${name}：${word}，${why}`),
  now: (name, word, why) => (why === "" ? `${name} 現在${word}` : `${name} 現在${word}：${why}`),
  fired: (priority, rule, gateway, evidence, id) =>
    `警報 ${priority}，${gateway} 上的 ${rule}：${evidence}。確認請輸入：ack ${id}`,
  resolved: (rule, gateway) => `已結束：${gateway} 上的 ${rule}`,
  mark: (text) => `標記：${text}`,
  begun: (what, gateway, step) => `${what}，${gateway}：${step}`,
  done: (what, gateway, text) => `完成：${what}，${gateway}：${text}`,
  failed: (what, gateway, why) => `失敗：${what}，${gateway}：${why}`,
  noAlerts: "沒有警報",
  noIncident: "沒有進行中的事件",
  noGateway: (name) => `沒有叫 ${name} 的閘道`,
  noLog: "日誌中沒有警告，也沒有錯誤",
  noAlert: (id) => `沒有識別碼為 ${id} 的警報`,
  acknowledged: (rule) => `已確認 ${rule}`,
  incident: (title, onset, reason) => `${title}。開始於 ${onset}：${reason}`,
  suspect: (text) => `之前的變化：${text}`,
  lastGood: (id, gateway) => `${gateway} 最後良好的快照：${id}`,
  step: (number, text, way) => `第 ${number} 步：${text}：${way}`,
  unknown: (text) => `不能詢問 ${text}；請輸入 help`,
  bye: "再見",
  help: [
    "fleet：每個閘道的狀况",
    "gateway 名稱：一個閘道和它的數字",
    "alerts：當前的警報",
    "incident：經過和怎麼辦",
    "log：最近的警告和錯誤；log 名稱：某個閘道的",
    "ack 識別碼：表示你已知道一個警報",
    "quit：離開",
  ],
};

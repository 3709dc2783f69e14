import type { english } from "../english/index.ts";

export const help: (typeof english)["help"] = {
  place: "帮助",
  about: "关于",
  keysHere: "这个画面的按键",
  keysEverywhere: "每个画面的按键",
  sharedReason: (keys, why) => `${keys} 暂不可用：${why}`,
  notNow: "暂不可用",
  signs: "符号",
  good: "正常",
  warn: "有警告",
  bad: "宕机或病态：有严重告警",
  busy: "启动、停止、挂起，或之后的稳定期：有意为之",
  unknownSign: "无法断定；未知的数字显示为 ?",
  stale: "陈旧 42s：这个网关的最后消息是 42 秒前；数字可能已不准确",
  risk: { none: "", confirm: "需要 y", typed: "需要输入名称" },
};

import type { english } from "../english/index.ts";

export const help: (typeof english)["help"] = {
  place: "幫助",
  about: "關於",
  keysHere: "這個畫面的按鍵",
  keysEverywhere: "每個畫面的按鍵",
  sharedReason: (keys, why) => `${keys} 暫不可用：${why}`,
  notNow: "暫不可用",
  signs: "符號",
  good: "正常",
  warn: "有警告",
  bad: "當機或病態：有嚴重警報",
  busy: "啟動、停止、掛起，或之後的穩定期：有意為之",
  unknownSign: "無法斷定；未知的數字顯示為 ?",
  stale: "陳舊 42s：這個閘道的最後消息是 42 秒前；數字可能已不準確",
  risk: { none: "", confirm: "需要 y", typed: "需要輸入名稱" },
};

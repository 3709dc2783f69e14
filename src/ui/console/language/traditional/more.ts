import type { english } from "../english/index.ts";

export const deploy: (typeof english)["deploy"] = {
  place: "部署",
  more: (count) => `還有 ${count} 個；終端機太小放不下`,
};

export const perf: (typeof english)["perf"] = {
  place: "性能",
  measuring: "正在測量 …",
  facts: {
    written: "已寫出",
    rate: "現在",
    frames: "幀",
    dropped: "省略的幀",
    misfits: "放不下的幀",
    pace: "連接",
    keyToPaint: "按鍵到繪製",
    gap: "最長事件迴圈間隔",
    rss: "clawback 的記憶體",
    cpu: "處理器",
  },
  perSecond: (amount) => `${amount}/秒`,
  keys: (count, p50, p95) => `p50 ${p50} · p95 ${p95} · 最近 ${count} 次按鍵`,
  noKeys: "請按一些鍵",
  pace: { live: "快：每秒 10 幀", slow: "慢：每秒 2 幀", stalled: "停滯：每 2 秒 1 幀" },
  gateways: "監視每個閘道的開銷",
  noGateways: "沒有監視閘道",
  columns: {
    gateway: "閘道",
    requests: "詢問",
    bytesIn: "收",
    bytesOut: "發",
    frames: "幀",
    skipped: "跳過",
    refused: "拒絕",
    timeouts: "超時",
    connects: "連接",
  },
};

export const audit: (typeof english)["audit"] = {
  place: "審計",
  none: "還沒有在這裡做過任何事",
  columns: { at: "時間", exit: "離開", took: "用時", command: "命令", what: "結果" },
  running: "進行",
};

export const about: (typeof english)["about"] = {
  place: "關於",
  facts: {
    version: "clawback",
    gateways: "閘道",
    person: "身份",
    time: "時間",
    theme: "主題",
    colours: "顏色",
    letters: "字元",
    size: "畫面",
    readOnly: "唯讀",
  },
  all: "全部",
  ascii: "ASCII",
  unicode: "Unicode",
};

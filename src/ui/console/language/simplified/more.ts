import type { english } from "../english/index.ts";

export const deploy: (typeof english)["deploy"] = {
  place: "部署",
  more: (count) => `还有 ${count} 个；终端太小放不下`,
};

export const perf: (typeof english)["perf"] = {
  place: "性能",
  measuring: "正在测量 …",
  facts: {
    written: "已写出",
    rate: "现在",
    frames: "帧",
    dropped: "省略的帧",
    misfits: "放不下的帧",
    pace: "连接",
    keyToPaint: "按键到绘制",
    gap: "最长事件循环间隔",
    rss: "clawback 的内存",
    cpu: "处理器",
  },
  perSecond: (amount) => `${amount}/秒`,
  keys: (count, p50, p95) => `p50 ${p50} · p95 ${p95} · 最近 ${count} 次按键`,
  noKeys: "请按一些键",
  pace: { live: "快：每秒 10 帧", slow: "慢：每秒 2 帧", stalled: "停滞：每 2 秒 1 帧" },
  gateways: "监视每个网关的开销",
  noGateways: "没有监视网关",
  columns: {
    gateway: "网关",
    requests: "询问",
    bytesIn: "收",
    bytesOut: "发",
    frames: "帧",
    skipped: "跳过",
    refused: "拒绝",
    timeouts: "超时",
    connects: "连接",
  },
};

export const audit: (typeof english)["audit"] = {
  place: "审计",
  none: "还没有在这里做过任何事",
  columns: { at: "时间", exit: "退出", took: "用时", command: "命令", what: "结果" },
  running: "进行",
};

export const about: (typeof english)["about"] = {
  place: "关于",
  facts: {
    version: "clawback",
    gateways: "网关",
    person: "身份",
    time: "时间",
    theme: "主题",
    colours: "颜色",
    letters: "字符",
    size: "画面",
    readOnly: "只读",
  },
  all: "全部",
  ascii: "ASCII",
  unicode: "Unicode",
};

import type { ServiceWords } from "../../../../watch/index.ts";

/** What can be done where a gateway could not be stopped or started. */
export const service: ServiceWords = {
  "name-real-service": () =>
    "在此网关的 `service` 中写明它实际是如何启动的：launchd、openclaw，或你自己的命令。",
  "check-unit-name": () => "检查此网关的 `service` 中单元的名称。",
  "unit-needs-root": () => "系统单元需要 root，或给这个用户的 polkit 规则。",
  "set-runtime-dir": () => "设置 XDG_RUNTIME_DIR=/run/user/$(id -u)，并为该用户启用 lingering。",
  "check-agent": ({ label, target }) => `检查 ${label} 是否已安装：launchctl print ${target}`,
  "run-same-by-hand": () => "手动运行同一命令，看看原因。",
  "name-state-or-service": () => "在此网关的 `service` 中写明它的 `stateDir`，或它由什么监管。",
  "start-as-before": () => "照以前的方式启动它，或在配置中写明它的 `service`。",
  "set-its-service": ({ scope, unit }) => `为此网关设置 service: { kind: "${scope}", unit: "${unit}" }。`,
  "add-command": () => "把它加到此网关的 `service` 中。",
  "wait-or-allow-kill": () => "再等一段时间，或允许在时限过后杀死它：那时未完成的回复会丢失。",
  "supervised-elsewhere": () => "另有别的东西在监管它：在此网关的 `service` 中写明，或在那里停止它。",
  "stop-it-by-hand": () => "手动停止它。",
  "read-start-log": () => "看它的日志：它在启动时结束了。",
  "read-log-ask-supervisor": () => "看它的日志，并问监管程序原因。",
  "own-fault": () => "这是 clawback 自身的错误。",
};

import type { ServiceWords } from "../../../../watch/index.ts";

/** What can be done where a gateway could not be stopped or started. */
export const service: ServiceWords = {
  "name-real-service": () =>
    "在此閘道的 `service` 中寫明它實際是如何啟動的：launchd、openclaw，或你自己的命令。",
  "check-unit-name": () => "檢查此閘道的 `service` 中單元的名稱。",
  "unit-needs-root": () => "系統單元需要 root，或給這個使用者的 polkit 規則。",
  "set-runtime-dir": () => "設定 XDG_RUNTIME_DIR=/run/user/$(id -u)，並為該使用者啟用 lingering。",
  "check-agent": ({ label, target }) => `檢查 ${label} 是否已安裝：launchctl print ${target}`,
  "run-same-by-hand": () => "手動執行同一命令，看看原因。",
  "name-state-or-service": () => "在此閘道的 `service` 中寫明它的 `stateDir`，或它由什麼監管。",
  "start-as-before": () => "照以前的方式啟動它，或在設定中寫明它的 `service`。",
  "set-its-service": ({ scope, unit }) => `為此閘道設定 service: { kind: "${scope}", unit: "${unit}" }。`,
  "add-command": () => "把它加到此閘道的 `service` 中。",
  "wait-or-allow-kill": () => "再等一段時間，或允許在時限過後終止它：那時未完成的回覆會遺失。",
  "supervised-elsewhere": () => "另有別的東西在監管它：在此閘道的 `service` 中寫明，或在那裡停止它。",
  "stop-it-by-hand": () => "手動停止它。",
  "read-start-log": () => "看它的日誌：它在啟動時結束了。",
  "read-log-ask-supervisor": () => "看它的日誌，並問監管程式原因。",
  "own-fault": () => "這是 clawback 自身的錯誤。",
};

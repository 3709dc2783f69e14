/** The steps of the runbooks, by what the report and the command line call them. */
export const runbook: Readonly<Record<string, string>> = {
  "Compare credentials and settings with the last good snapshot": "将凭据和设置与最后一个良好快照比较",
  "Compare keys and provider settings with the last good snapshot":
    "将密钥和模型服务设置与最后一个良好快照比较",
  "Compare the last good snapshot with now: what changed": "比较最后一个良好快照与现在：改变了什么",
  "Do not restart it: the running process still has the good configuration":
    "不要重启：正在运行的进程仍持有良好的配置",
  "Find the lines (shown redacted) and who wrote them": "找到这些行（已遮盖）以及是谁写的",
  "Find the session and its pressure": "找到该会话及其压力",
  "Give the space back": "释放空间",
  "Have everything around it checked: versions, config, disk, keys": "检查周边的一切：版本、配置、磁盘、密钥",
  "Keep the session as it is": "先保存该会话的现状",
  "Keep what is there now before touching anything": "动手之前先保存现状",
  "Look at lag, queues and running turns": "查看延迟、队列和正在进行的回合",
  "Look at the trend and what began with it": "查看趋势以及与它同时开始的事",
  "Look for sessions that grew with it": "寻找随之增长的会话",
  "Read the gateway's own words and advice about the channel": "阅读网关自己对该渠道的说明和建议",
  "Read the newest errors in its log": "阅读其日志中最新的错误",
  "Read what the channel logged": "阅读该渠道的日志",
  "Read what the provider answers": "阅读模型服务的回应",
  "Remove them": "删除它们",
  "Restart it through its supervisor": "通过其监管程序重启",
  "Restore it, watch it come up, accept or put back": "恢复它，看它启动，然后接受或放回",
  "Revoke the secret at its issuer and put a new one in place": "在签发方撤销该密钥并换上新的",
  "Roll this one session back, online, without a stop; it can be undone":
    "在线回退这一个会话，无需停机；可以撤销",
  "See what a restore would bring back and what would be gone; nothing is done yet":
    "查看恢复会带回什么、会失去什么；尚未执行任何操作",
  "See what bringing back only the configuration would do": "查看只恢复配置会怎样",
  "See what bringing back only the credentials would do": "查看只恢复凭据会怎样",
  "See what changed about compaction and models": "查看压缩和模型方面改变了什么",
  "See what fills the disk, and how fast": "查看是什么占满磁盘以及速度",
  "See what its supervisor says: running, restarting, failed": "查看其监管程序的说法：运行中、重启中、失败",
  "See whether the configuration on disk is valid: a broken one blocks every start":
    "查看磁盘上的配置是否有效：损坏的配置会阻止每次启动",
  "See which sessions wait on it": "查看哪些会话在等待它",
  "See which snapshots retention would remove": "查看保留策略会删除哪些快照",
  "See which turns run and since when": "查看哪些回合在进行以及始于何时",
  "Stop it, so that it does no more harm while you look": "先停止它，以免在查看期间造成更多损害",
  "Where that does not mend it, restore the whole gateway": "若仍未修复，恢复整个网关",
  "Write down what happened, while it is fresh": "趁记忆犹新写下经过",
};

import { describe, expect, it } from "vitest";
import { listedSessionKeys } from "../../../src/watch/effects/takeback/listed-sessions.ts";
import { startPeer } from "../../clients/gateway/peer.ts";
import { portsFor, settingsFor } from "../../clients/gateway/watching.ts";

const listed = async (answer: object): Promise<readonly string[] | undefined> => {
  await using peer = await startPeer({ answers: { "sessions.list": answer } });
  return await listedSessionKeys(settingsFor(peer.url), portsFor());
};

const sessions = [{ key: "agent:main:a" }, { key: "agent:main:internal-session-effects:1" }];

describe("the sessions that a gateway lists", () => {
  it("are all of them", async () => {
    expect(await listed({ sessions, totalCount: 2, hasMore: false })).toEqual(sessions.map(({ key }) => key));
  });

  // A page with rows of the gateway's own is as long as the list of ours: what is not on it need not be missing.
  it("are nobody's proof where there are more", async () => {
    expect(await listed({ sessions, totalCount: 3, hasMore: true })).toBeUndefined();
    expect(await listed({ sessions, totalCount: 3 })).toBeUndefined();
  });
});

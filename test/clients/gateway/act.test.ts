import { describe, expect, it } from "vitest";
import { actOnGateway, type GatewayAction } from "../../../src/clients/index.ts";
import { Problem } from "../../../src/ground/index.ts";
import { hello, startPeer, type PeerScript } from "./peer.ts";
import { fastClock, portsFor, settingsFor, sharedToken, until } from "./watching.ts";

const rewind: GatewayAction<unknown> = {
  scopes: ["operator.admin"],
  method: "sessions.rewind",
  params: { sessionKey: "agent:main:a", entryId: "e1" },
  timeoutMs: 5_000,
  read: (payload) => payload,
};

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Problem) return outcome;
  throw new Error(`no Problem but ${String(outcome)}`);
};

const admin = hello({ scopes: ["operator.admin"] });

describe("one action on a gateway", () => {
  it("has a connection of its own with exactly its scopes, and leaves no connection behind", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.answer(request, admin);
      },
      answers: { "sessions.rewind": { ok: true, editorText: "what somebody wrote" } },
    });
    const done = await actOnGateway(settingsFor(peer.url), portsFor(), {
      ...rewind,
      read: (payload) => (payload as { readonly ok: boolean }).ok,
    });
    expect(done).toBe(true);
    const [connect, asked] = peer.latest().requests;
    expect(connect?.params["scopes"]).toEqual(["operator.admin"]);
    expect(asked).toMatchObject({ method: "sessions.rewind", params: rewind.params });
    expect(await peer.latest().closed).toBe(1000);
    expect(peer.connections).toHaveLength(1);
  });

  it("is not even tried on a gateway that is configured read-only", async () => {
    await using peer = await startPeer();
    const problem = await problemOf(
      actOnGateway(settingsFor(peer.url, { readOnly: true }), portsFor(), rewind),
    );
    expect(problem).toMatchObject({ code: "GATEWAY_READ_ONLY", exit: 5 });
    expect(peer.connections).toHaveLength(0);
  });

  it("is not sent when less was granted than it needs", async () => {
    await using peer = await startPeer();
    const problem = await problemOf(actOnGateway(settingsFor(peer.url), portsFor(), rewind));
    expect(problem.code).toBe("GATEWAY_SCOPE");
    expect(peer.latest().requests).toHaveLength(1);
    await peer.latest().closed;
  });

  it("fails in words when the gateway refuses, does not know it, or does not answer in time", async () => {
    for (const [error, code] of [
      [{ code: "INVALID_REQUEST", message: "entry is not a branch tip" }, "GATEWAY_REFUSED"],
      [{ code: "INVALID_REQUEST", message: "unknown method: sessions.rewind" }, "GATEWAY_ABSENT"],
      [
        {
          code: "FORBIDDEN",
          message: "missing scope: operator.pairing",
          details: { code: "MISSING_SCOPE" },
        },
        "GATEWAY_SCOPE",
      ],
      [undefined, "GATEWAY_TIMEOUT"],
    ] as const) {
      await using peer = await startPeer({
        onHello: (connection, request) => {
          connection.answer(request, admin);
        },
        onRequest: (connection, request) => {
          if (error !== undefined) connection.refuse(request, error);
        },
      });
      const problem = await problemOf(
        actOnGateway(settingsFor(peer.url), portsFor({ clock: fastClock(25) }), rewind),
      );
      expect(problem).toMatchObject({ code, exit: 3 });
      expect(problem.hint).toBeDefined();
      await peer.latest().closed;
    }
  });

  it("has changed nothing when it only asked, and says so, whether it waited in vain, was hung up on or called off", async () => {
    const asks = { ...rewind, scopes: ["operator.read"], method: "sessions.branches.list" };
    const hint = "It was only asked, and nothing was done: the same again is safe.";
    const ending = new AbortController();
    const ways: readonly (readonly [NonNullable<PeerScript["onRequest"]>, object, RegExp])[] = [
      [() => undefined, {}, /did not answer sessions\.branches\.list within/],
      [
        ({ socket }) => {
          socket.terminate();
        },
        {},
        /hung up before it answered/,
      ],
      [
        () => {
          ending.abort();
        },
        { signal: ending.signal },
        /was called off/,
      ],
    ];
    for (const [onRequest, more, said] of ways) {
      await using peer = await startPeer({ onRequest });
      const problem = await problemOf(
        actOnGateway(settingsFor(peer.url), portsFor({ clock: fastClock(25) }), { ...asks, ...more }),
      );
      expect(problem).toMatchObject({ code: "GATEWAY_UNANSWERED", hint });
      expect(problem.message).toMatch(said);
    }
  });

  it("does not claim to know why a method that only reads is refused for want of a scope", async () => {
    await using peer = await startPeer({
      onRequest: (connection, request) => {
        connection.refuse(request, {
          code: "FORBIDDEN",
          message: "missing scope: operator.admin",
          details: { code: "MISSING_SCOPE" },
        });
      },
    });
    const problem = await problemOf(
      actOnGateway(settingsFor(peer.url), portsFor(), {
        ...rewind,
        scopes: ["operator.read"],
        method: "sessions.branches.list",
      }),
    );
    expect(problem).toMatchObject({
      code: "GATEWAY_ABSENT",
      message:
        "gw offers no sessions.branches.list to operator.read: it does not know it, or wants operator.admin for it",
    });
    await peer.latest().closed;
  });

  it("fails in the words of the connection's state when there is no way in, without the secret", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.refuse(request, {
          code: "INVALID_REQUEST",
          message: `token mismatch: ${sharedToken}`,
          details: { code: "AUTH_TOKEN_MISMATCH" },
        });
      },
    });
    const problem = await problemOf(actOnGateway(settingsFor(peer.url), portsFor(), rewind));
    expect(problem).toMatchObject({
      code: "GATEWAY_UNREACHABLE",
      advice: { say: "token-mismatch" },
      message: "gw: refused: AUTH_TOKEN_MISMATCH",
    });
    expect(JSON.stringify([problem, problem.message, problem.hint])).not.toContain(sharedToken);
  });

  it("can be called off at any moment", async () => {
    await using peer = await startPeer({
      onHello: (connection, request) => {
        connection.answer(request, admin);
      },
      onRequest: () => undefined,
    });
    const calledOff = new AbortController();
    const work = problemOf(
      actOnGateway(settingsFor(peer.url), portsFor(), { ...rewind, signal: calledOff.signal }),
    );
    await until(() => peer.connections[0]?.requests.length === 2);
    calledOff.abort();
    expect(await work).toMatchObject({ code: "GATEWAY_ABORTED", exit: 130 });
    const early = AbortSignal.abort();
    expect(
      (await problemOf(actOnGateway(settingsFor(peer.url), portsFor(), { ...rewind, signal: early }))).code,
    ).toBe("GATEWAY_NOT_ASKED");
  });
});

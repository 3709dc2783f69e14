import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemoFleet, type DemoFleet } from "../../src/demo/index.ts";
import { at, connectParams, openSocket } from "./test-client.ts";

let fleet: DemoFleet;
let url: string;
let token: string;

beforeAll(async () => {
  fleet = await startDemoFleet({ scenario: "healthy", gateways: 1 });
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error("the fleet has no gateway");
  ({ url, token } = gateway);
});
afterAll(() => fleet.stop());

const cli = { id: "cli", version: "0.1.0", platform: "linux", mode: "cli" };

describe("the handshake", () => {
  test("begins with the server's challenge", async () => {
    const client = await openSocket(url);
    const challenge = await client.until(() => true);
    expect(challenge).toMatchObject({
      type: "event",
      event: "connect.challenge",
      payload: { nonce: expect.any(String), ts: expect.any(Number) },
    });
    expect(challenge).not.toHaveProperty("seq");
    await client.close();
  });

  test("grants a command line on loopback exactly the scopes it asks for", async () => {
    const client = await openSocket(url);
    const answer = await client.ask("connect", connectParams(token, ["operator.read", "operator.admin"]));
    expect(at(answer, "payload.auth.scopes")).toEqual(["operator.read", "operator.admin"]);
    expect(at(answer, "payload.type")).toBe("hello-ok");
    await client.close();
  });

  test.each([
    ["grants nothing when no scopes are asked for", { scopes: undefined }, []],
    [
      "grants nothing to a probe without a device",
      { client: { ...cli, id: "openclaw-probe", mode: "probe" } },
      [],
    ],
    ["takes the secret as a password too", { auth: "password" }, ["operator.read"]],
    ["accepts a range that reaches up to the protocol", { minProtocol: 3 }, ["operator.read"]],
    ["accepts a range that begins with the protocol", { maxProtocol: 5 }, ["operator.read"]],
  ])("%s", async (_title, change, scopes) => {
    const client = await openSocket(url);
    const auth = "auth" in change ? { password: token } : { token };
    const answer = await client.ask("connect", { ...connectParams(token), ...change, auth });
    expect(at(answer, "payload.auth.scopes")).toEqual(scopes);
    await client.close();
  });

  const mismatch = "unauthorized: gateway token mismatch (provide gateway auth token)";
  test.each([
    {
      title: "refuses a wrong token and says what to do next",
      change: { auth: { token: "nope" } },
      code: "INVALID_REQUEST",
      message: mismatch,
      details: { code: "AUTH_TOKEN_MISMATCH", recommendedNextStep: "update_auth_credentials" },
      close: 1008,
    },
    {
      title: "asks for a device when there is no secret",
      change: { auth: undefined },
      code: "NOT_PAIRED",
      message: "device identity required",
      details: { code: "DEVICE_IDENTITY_REQUIRED" },
      close: 1008,
    },
    {
      title: "refuses an unknown property",
      change: { foo: 1 },
      code: "INVALID_REQUEST",
      message: "invalid connect params: at root: unexpected property 'foo'",
      details: undefined,
      close: 1008,
    },
    {
      title: "refuses a client id that is not in its list",
      change: { client: { ...cli, id: "lobster-console" } },
      code: "INVALID_REQUEST",
      message: "invalid connect params: at /client/id: must be equal to one of the allowed values",
      details: undefined,
      close: 1008,
    },
    {
      title: "refuses a mode that is not in its list",
      change: { client: { ...cli, mode: "operator" } },
      code: "INVALID_REQUEST",
      message: "invalid connect params: at /client/mode: must be equal to one of the allowed values",
      details: undefined,
      close: 1008,
    },
    ...[3, 5].map((protocol) => ({
      title: `refuses protocol ${protocol}`,
      change: { minProtocol: protocol, maxProtocol: protocol },
      code: "INVALID_REQUEST",
      message: "protocol mismatch",
      details: { code: "PROTOCOL_MISMATCH", expectedProtocol: 4, clientMinProtocol: protocol },
      close: 1002,
    })),
    {
      title: "refuses a terminal client without a device",
      change: { client: { ...cli, id: "openclaw-tui", mode: "ui" } },
      code: "INVALID_REQUEST",
      message: "control ui requires device identity (use HTTPS or localhost secure context)",
      details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
      close: 1008,
    },
  ])("$title", async ({ change, code, message, details, close }) => {
    const client = await openSocket(url);
    const answer = await client.ask("connect", { ...connectParams(token), ...change });
    expect(answer["ok"]).toBe(false);
    expect(answer["error"]).toMatchObject({ code, message, ...(details === undefined ? {} : { details }) });
    expect(await client.closed).toEqual({ code: close, reason: message });
  });

  test("refuses a browser's origin", async () => {
    const client = await openSocket(url, { origin: "https://elsewhere.example" });
    const answer = await client.ask("connect", connectParams(token));
    expect(at(answer, "error.details.code")).toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
    expect((await client.closed).code).toBe(1008);
  });

  test("wants connect before anything else", async () => {
    const client = await openSocket(url);
    const answer = await client.ask("health");
    expect(answer["ok"]).toBe(false);
    expect((await client.closed).code).toBe(1008);
  });
});

describe("a device", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const id = createHash("sha256").update(raw).digest("hex");

  const presented = (
    challenge: unknown,
    spoil: { readonly signedAt?: number; readonly text?: string } = {},
  ) => {
    const nonce = String(at(challenge, "payload.nonce"));
    const signedAt = spoil.signedAt ?? Number(at(challenge, "payload.ts"));
    const text = `v3|${id}|cli|cli|operator|operator.read|${signedAt}|${token}|${nonce}|linux|${spoil.text ?? ""}`;
    const signature = sign(null, Buffer.from(text), privateKey).toString("base64url");
    return { id, publicKey: raw.toString("base64url"), signature, signedAt, nonce };
  };

  test("with a good signature is paired silently, on disk too", async () => {
    const client = await openSocket(url);
    const device = presented(await client.until(() => true));
    const answer = await client.ask("connect", { ...connectParams(token), device });
    expect(at(answer, "payload.auth")).toMatchObject({
      scopes: ["operator.read"],
      deviceToken: expect.any(String),
      issuedAtMs: expect.any(Number),
    });
    await client.close();
    const owner = await openSocket(url);
    await owner.ask("connect", connectParams(token, ["operator.pairing"]));
    const list = await owner.ask("device.pair.list");
    expect(at(list, "payload.paired")).toMatchObject([
      { deviceId: id, approvedVia: "silent", clientId: "cli" },
    ]);
    await owner.close();
  });

  test("that signed another text is refused", async () => {
    const client = await openSocket(url);
    const device = presented(await client.until(() => true), { text: "phone" });
    const answer = await client.ask("connect", { ...connectParams(token), device });
    expect(at(answer, "error.details.code")).toBe("DEVICE_AUTH_SIGNATURE_INVALID");
  });

  test("that signed at another time than the challenge is refused", async () => {
    const client = await openSocket(url);
    const device = presented(await client.until(() => true), { signedAt: 1 });
    const answer = await client.ask("connect", { ...connectParams(token), device });
    expect(at(answer, "error.details.code")).toBe("DEVICE_AUTH_SIGNATURE_EXPIRED");
  });
});

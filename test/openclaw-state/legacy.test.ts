import { execFileSync } from "node:child_process";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readState } from "../../src/openclaw/index.ts";
import { countTranscript } from "../../src/openclaw/legacy/transcript.ts";
import { anyText } from "../support/any-text.ts";
import { agentDatabase, agentSchema, makeDatabase, temporaryTree } from "./tree.ts";

const header = JSON.stringify({
  type: "session",
  version: 3,
  id: "s1",
  timestamp: "2026-01-01T00:00:00.000Z",
  cwd: "/",
});

const message = (id: string, text: string): string =>
  JSON.stringify({
    type: "message",
    id,
    parentId: null,
    timestamp: "2026-01-01T00:00:00.000Z",
    message: { role: "user", content: [{ type: "text", text }] },
  });

const transcript = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("a transcript", () => {
  const count = (text: string, pieceBytes = 7): ReturnType<typeof countTranscript> => {
    const bytes = Buffer.from(text);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    }
    return countTranscript(pieces());
  };

  it("has the messages of its lines and the last entry as its leaf", async () => {
    const model = JSON.stringify({ type: "model_change", id: "c3", parentId: "b2", provider: "p" });
    expect(await count(transcript(header, message("a1", "hi"), message("b2", "ho"), model))).toEqual({
      messages: 2,
      leaf: "c3",
    });
    expect(await count(transcript(header))).toEqual({ messages: 0 });
    expect(await count("")).toEqual({ messages: 0 });
  });

  it("does not count a last line that was cut off", async () => {
    const whole = transcript(header, message("a1", "hi"));
    expect(await count(`${whole}${message("b2", "cut off").slice(0, -9)}`)).toEqual({
      messages: 1,
      leaf: "a1",
    });
  });

  it("is not led astray by what was said in it", async () => {
    const said = '"type":"message","id":"evil"}\n{"type":"message","id":"evil2"}';
    expect(await count(transcript(header, message("a1", said)))).toEqual({ messages: 1, leaf: "a1" });
  });

  it("is counted the same in whatever pieces it comes, however long its lines", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText(3_000), { maxLength: 8 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (texts, pieceBytes) => {
          const lines = texts.map((text, at) => message(`id-${at}`, text));
          const expected = lines.length === 0 ? {} : { leaf: `id-${lines.length - 1}` };
          expect(await count(transcript(header, ...lines), pieceBytes)).toEqual({
            messages: lines.length,
            ...expected,
          });
        },
      ),
    );
  });
});

describe("a state directory from before the move to SQLite", () => {
  const index = {
    "agent:main:main": {
      sessionId: "s1",
      updatedAt: 10,
      contextTokens: 1_000,
      totalTokens: 500,
      totalTokensFresh: true,
    },
    "agent:main:old": {
      sessionId: "s2",
      totalTokens: 99,
      contextTokens: 1_000,
      sessionFile: "/elsewhere/s2-topic.jsonl",
    },
    "agent:main:lost": { sessionId: "s3" },
  };

  it("answers the same questions", async () => {
    await using tree = await temporaryTree();
    await tree.write("agents/main/sessions/sessions.json", JSON.stringify(index));
    await tree.write(
      "agents/main/sessions/s1.jsonl",
      transcript(header, message("a1", "x"), message("b2", "y")),
    );
    await tree.write("agents/main/sessions/s2-topic.jsonl", transcript(header, message("c3", "z")));
    await tree.write("workspace/MEMORY.md", "# remembered");
    const state = await readState(tree.path);
    expect(state).toMatchObject({
      kind: "legacy",
      agents: [{ id: "main", kind: "legacy" }],
      boots: undefined,
      findings: [
        { code: "LEGACY_TRANSCRIPT_MISSING", path: join(tree.path, "agents/main/sessions/s3.jsonl") },
      ],
    });
    expect(state.sessions).toEqual([
      { key: "agent:main:lost", agentId: "main", sessionId: "s3" },
      {
        key: "agent:main:main",
        agentId: "main",
        sessionId: "s1",
        updatedAt: 10,
        windowTokens: 1_000,
        usedTokens: 500,
        messages: 2,
        leaf: "b2",
      },
      {
        key: "agent:main:old",
        agentId: "main",
        sessionId: "s2",
        windowTokens: 1_000,
        messages: 1,
        leaf: "c3",
      },
    ]);
    expect(state.vitals).toMatchObject({ contextUsage: 0.5, agents: 1, sessions: 3, memoryKeys: 1 });
    expect(state.vitals.contextBytes).toBeGreaterThan(500);
  });

  it("reads no file that an index names elsewhere", async () => {
    await using outside = await temporaryTree();
    await using tree = await temporaryTree();
    const secret = await outside.write("secret.jsonl", transcript(header, message("stolen", "x")));
    await tree.write(
      "agents/main/sessions/sessions.json",
      JSON.stringify({
        a: { sessionId: "../../../../secret" },
        b: { sessionFile: secret },
        c: { sessionId: "link" },
        d: { sessionId: "pipe" },
        e: { sessionFile: ".." },
        f: "not an entry",
      }),
    );
    await symlink(secret, join(tree.path, "agents/main/sessions/link.jsonl"));
    execFileSync("mkfifo", [join(tree.path, "agents/main/sessions/pipe.jsonl")]);
    const state = await readState(tree.path);
    expect(state.sessions.map(({ key }) => key)).toEqual(["a", "b", "c", "d", "e"]);
    expect(JSON.stringify(state)).not.toContain("stolen");
  });

  it("tells a transcript that cannot be read from one that is not there", async () => {
    await using tree = await temporaryTree();
    const sessions = {
      "agent:main:long": { sessionId: "x".repeat(300) },
      "agent:main:lost": { sessionId: "s3" },
    };
    await tree.write("agents/main/sessions/sessions.json", JSON.stringify(sessions));
    const state = await readState(tree.path);
    expect(state.findings.map(({ code }) => code)).toEqual([
      "LEGACY_TRANSCRIPT_UNREADABLE",
      "LEGACY_TRANSCRIPT_MISSING",
    ]);
  });

  it.each(["{ broken", "[]", "7", ""])(
    "says that its index is broken when it reads %j, and counts nothing",
    async (text) => {
      await using tree = await temporaryTree();
      await tree.write("agents/main/sessions/sessions.json", text);
      const state = await readState(tree.path);
      expect(state.findings).toMatchObject([{ code: "LEGACY_STORE_BROKEN" }]);
      expect(state.vitals).not.toHaveProperty("sessions");
    },
  );

  it("counts for nothing once an agent's database stands beside it", async () => {
    await using tree = await temporaryTree();
    await tree.write("agents/main/sessions/sessions.json", JSON.stringify(index));
    await makeDatabase(agentDatabase(tree.path, "main"), agentSchema);
    const state = await readState(tree.path);
    expect(state).toMatchObject({ kind: "sqlite", sessions: [], findings: [], vitals: { sessions: 0 } });
  });

  it("stops when it is told to", async () => {
    await using tree = await temporaryTree();
    await tree.write("agents/main/sessions/sessions.json", JSON.stringify(index));
    await writeFile(join(tree.path, "agents/main/sessions/s1.jsonl"), transcript(header));
    await expect(readState(tree.path, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
  });
});

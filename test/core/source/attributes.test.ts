import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytePath, bytesOfPath, pathOfText, type BytePath } from "../../../src/core/manifest/byte-path.ts";
import { attributePrograms } from "../../../src/core/source/attribute-programs.ts";
import { readAttributes, writeAttributes } from "../../../src/core/source/attributes.ts";
import { everything, newVault, temporary } from "../support/places.ts";
import { keepsUserAttributes } from "../support/user-attributes.ts";

const signal = new AbortController().signal;
const value = Buffer.from([0, 255, 10, 32, 128]);

/** A machine need not have both. */
const programs = ["/usr/bin/perl", "/usr/bin/python3"].filter(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

const only = (command: string, task: "read" | "write") =>
  attributePrograms(task).filter((program) => program.command === command);

/** Runs with a system that has no extended attributes we know of. */
const elsewhere = async <T>(run: () => Promise<T>): Promise<T> => {
  const here = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
  Object.defineProperty(process, "platform", { ...here, value: "plan9" });
  try {
    return await run();
  } finally {
    Object.defineProperty(process, "platform", here);
  }
};

const attributesAt = async (path: string) =>
  [...(await readAttributes([pathOfText(path)], signal)).attributes.values()].flat();

describe.runIf(keepsUserAttributes)("extended attributes", () => {
  // Each does the whole work alone: a machine may have only one of them.
  it.each(programs)("are read and written through %s", async (command) => {
    using place = temporary();
    const names = ["plain", "line\nbreak", "ünï", "n".repeat(255), "123"];
    const odd = bytePath(`${place.path}/bytes-\xff\xfe`);
    const paths: BytePath[] = [...names.map((name) => pathOfText(place.at(name))), odd];
    for (const path of paths) writeFileSync(Buffer.from(bytesOfPath(path)), "x", { mode: 0o644 });
    mkdirSync(place.at("directory"));
    paths.push(pathOfText(place.at("directory")));
    chmodSync(place.at("plain"), 0o444);
    symlinkSync("plain", place.at("link"));
    const attributes = [
      { name: bytePath("user.empty"), value: Buffer.alloc(0) },
      { name: bytePath("user.note"), value },
    ];
    const wanted = paths.map((path) => ({ path, attributes }));
    const missing = pathOfText(place.at("missing"));
    const failed = await writeAttributes(
      [...wanted, { path: missing, attributes }],
      signal,
      only(command, "write"),
    );
    expect(failed).toEqual([missing]);
    const read = await readAttributes(
      [...paths, missing, pathOfText(place.at("link"))],
      signal,
      only(command, "read"),
    );
    expect(read.findings).toEqual([]);
    expect([...read.attributes.keys()]).toEqual(paths);
    for (const list of read.attributes.values()) expect(list).toEqual(attributes);
    expect(readFileSync(place.at("plain"), "utf8")).toBe("x");
    expect(execFileSync("stat", ["-c", "%a", place.at("plain")]).toString()).toBe("444\n");
  });

  it.each(programs)("are reached by %s below the longest path", async (command) => {
    using place = temporary();
    const name = "d".repeat(200);
    const deep = `${place.path}/${Array.from({ length: 30 }, () => name).join("/")}/leaf`;
    execFileSync("python3", [
      "-c",
      `import os,sys; os.chdir(sys.argv[1])\nfor i in range(30): os.mkdir("${name}"); os.chdir("${name}")\nopen("leaf","w")`,
      place.path,
    ]);
    const attributes = [{ name: bytePath("user.note"), value }];
    const path = pathOfText(deep);
    expect(await writeAttributes([{ path, attributes }], signal, only(command, "write"))).toEqual([]);
    const read = await readAttributes([path], signal, only(command, "read"));
    expect(read).toEqual({ attributes: new Map([[path, attributes]]), findings: [] });
  });

  it.each(programs)("are read by %s whatever the environment would have it do", async (command) => {
    using place = temporary();
    const path = pathOfText(place.at("ünï"));
    writeFileSync(place.at("ünï"), "x");
    const attributes = [{ name: bytePath("user.note"), value }];
    await writeAttributes([{ path, attributes }], signal, only(command, "write"));
    const misled = { PERL5OPT: "-Mnone::such", PERL_UNICODE: "SDA", PYTHONHOME: "/none", LC_ALL: "xx_XX" };
    const before = { ...process.env };
    Object.assign(process.env, misled);
    try {
      const read = await readAttributes([path], signal, only(command, "read"));
      expect(read).toEqual({ attributes: new Map([[path, attributes]]), findings: [] });
    } finally {
      for (const name of Object.keys(misled)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it("that cannot be read for want of a program are said once, and taken when there is one", async () => {
    using place = temporary();
    mkdirSync(place.at("state"));
    const file = place.at("state/file");
    writeFileSync(file, "x");
    const path = pathOfText(file);
    const attributes = [{ name: bytePath("user.note"), value }];
    await writeAttributes([{ path, attributes }], signal);
    const vault = await newVault(place.at("vault"));
    const plan = everything(place.at("state"));
    const save = () => vault.save(plan, { kind: "full" });
    // What is native is loaded for the system that this really is.
    mkdirSync(place.at("first"));
    writeFileSync(place.at("first/file"), "z");
    await vault.save(everything(place.at("first")), { kind: "full" });
    const codes = async () => (await elsewhere(save)).findings.map(({ code }) => code);

    expect(await codes()).toEqual(["ATTRIBUTES_NOT_SAVED"]);
    expect(await codes()).toEqual([]);
    writeFileSync(place.at("state/other"), "y");
    expect(await codes()).toEqual([]);
    // The file itself has not changed since.
    const { snapshot, findings } = await save();
    expect(findings).toEqual([]);
    await vault.restoreTo(snapshot.id, place.at("out"));
    expect(await attributesAt(place.at("out/file"))).toEqual(attributes);
    const restored = await elsewhere(() => vault.restoreTo(snapshot.id, place.at("plain")));
    expect(restored.findings).toMatchObject([{ code: "ATTRIBUTES_NOT_RESTORED", path: "file" }]);
    expect(await attributesAt(place.at("plain/file"))).toEqual([]);
  });

  it("are not taken for read when the program that reads them ends badly", async () => {
    using place = temporary();
    writeFileSync(place.at("file"), "x");
    const broken = [{ command: "sh", arguments: ["-c", "cat > /dev/null; echo 61 62 63; exit 1"] }];
    const read = await readAttributes([pathOfText(place.at("file"))], signal, broken);
    expect(read.attributes.size).toBe(0);
    expect(read.findings).toMatchObject([{ code: "ATTRIBUTES_NOT_SAVED" }]);
  });
});

import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "@tokenyard/report";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { folderProblems, writeReportFolder } from "./report-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the writer needs of a report. */
const report = (name: string) => ({ tokenyard: 1, scenario: { name, hash: "", resolved: { tokenyard: 1, name } } }) as unknown as Report;

test("a folder takes three files, and keeps what else lies in it", () => {
  mkdirSync(join(folder, "small"));
  writeFileSync(join(folder, "small", "README.md"), "mine");
  writeFileSync(join(folder, "small", "report.txt"), "old");
  expect(writeReportFolder(folder, report("small"), "new\n")).toBe(join(folder, "small"));
  expect(readdirSync(folder)).toEqual(["small"]);
  expect(readdirSync(join(folder, "small")).sort()).toEqual(["README.md", "report.json", "report.txt", "scenario.yaml"]);
  const text = (name: string) => readFileSync(join(folder, "small", name), "utf8");
  expect([text("README.md"), text("report.txt"), text("scenario.yaml")]).toEqual(["mine", "new\n", "tokenyard: 1\nname: small\n"]);
  expect(JSON.parse(text("report.json"))).toEqual(report("small"));
});

test("what is a link in the folder, or the folder itself, stays one: the report lies where it leads, one that is there or not yet", () => {
  for (const name of ["far", "far/real", "reports"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "far/old.json"), "before");
  symlinkSync("../far/real", join(folder, "reports/small"));
  symlinkSync("../old.json", join(folder, "far/real/report.json"));
  symlinkSync("../new.txt", join(folder, "far/real/report.txt"));
  writeReportFolder(join(folder, "reports"), report("small"), "new\n");
  expect(readFileSync(join(folder, "far/new.txt"), "utf8")).toBe("new\n");
  expect(JSON.parse(readFileSync(join(folder, "far/old.json"), "utf8"))).toEqual(report("small"));
  expect(readdirSync(join(folder, "far")).sort()).toEqual(["new.txt", "old.json", "real"]);
  const links = ["reports/small", "far/real/report.json", "far/real/report.txt"].map((path) =>
    lstatSync(join(folder, path)).isSymbolicLink(),
  );
  expect(links).toEqual([true, true, true]);
  expect(readdirSync(join(folder, "far/real")).sort()).toEqual(["report.json", "report.txt", "scenario.yaml"]);
});

test("a folder, or a link that leads nowhere, in place of a file of the report is refused before anything runs", async () => {
  const plan = join(folder, "plan.yaml");
  writeFileSync(plan, `${SMALL_PLAN}workload: { kind: batch, sequences: 2, promptTokens: 8, outputTokens: 2 }\n`);
  mkdirSync(join(folder, "out/small/report.json"), { recursive: true });
  symlinkSync("no/where", join(folder, "out/small/report.txt"));
  const none = () => {
    throw new Error("it ran");
  };
  const simulation = { ...(await import("@tokenyard/simulator")), start: none };
  const { code, err } = await tokenyard(["run", plan, "--out", join(folder, "out")], { simulation });
  expect(code).toBe(2);
  expect(err).toContain(`${join(folder, "out/small/report.json")}: cannot be written: a folder stands where a file is wanted`);
  expect(err).toContain(`${join(folder, "out/small/report.txt")}: cannot be written: no such folder`);
});

test("when a report cannot be put in its place, nothing half-written stays", () => {
  writeFileSync(join(folder, "small"), "a file where the folder should be");
  expect(() => writeReportFolder(folder, report("small"), "new\n")).toThrow(/EEXIST|ENOTDIR/);
  expect(readdirSync(folder)).toEqual(["small"]);
});

test("folders above the one for the reports are made", () => {
  expect(writeReportFolder(join(folder, "a/b"), report("small"), "")).toBe(join(folder, "a/b/small"));
});

test.runIf(existsSync("/proc/self"))("where the system makes no folders the writer says so, at once", () => {
  expect(() => writeReportFolder("/proc/a/b", report("small"), "")).toThrow(/ENOENT/);
});

test.each(["..", ".hidden", "a/b", "a\\b", "a:b", "tab\there", "dot.", "x".repeat(201)])("%j is no name for a folder", (name) => {
  expect(folderProblems(folder, [{ name, file: "a.yaml", reads: [] }])).toMatchObject([{ path: "name", given: name }]);
});

test.each(["deployment-plan", "512 GPUs", "größer", "v1.2"])("%j is a name for a folder", (name) => {
  expect(folderProblems(folder, [{ name, file: "a.yaml", reads: [] }])).toEqual([]);
});

test("every scenario needs a name of its own, in capitals or not", () => {
  const problems = folderProblems(folder, [
    { name: "plan", file: "a.yaml", reads: [] },
    { name: "other", file: "b.yaml", reads: [] },
    { name: "PLAN", file: "c.yaml", reads: [] },
    { name: "plan", file: "d.yaml", reads: [] },
  ]);
  expect(problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
    expect.stringMatching(/^c\.yaml PLAN given; wanted another name than that of a\.yaml/),
    expect.stringMatching(/^d\.yaml plan given; wanted another name than that of a\.yaml/),
  ]);
});

test("a result does not replace the scenario file that it came from, nor what that was read from", () => {
  const file = join(folder, "plan", "scenario.yaml");
  mkdirSync(join(folder, "plan"));
  writeFileSync(file, "tokenyard: 1\n");
  const problemsOf = (into: string, from: string) =>
    folderProblems(into, [{ name: "plan", file: from, reads: [from, file] }]).map(({ message }) => message);
  expect(problemsOf(folder, file)).toEqual([expect.stringContaining("the result would replace this file")]);
  expect(problemsOf(folder, "extended.yaml")).toEqual([expect.stringContaining(`the result would replace ${file}, which it reads`)]);
  expect(problemsOf(join(folder, "elsewhere"), file)).toEqual([]);
  expect(existsSync(join(folder, "elsewhere"))).toBe(false);
});

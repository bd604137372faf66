import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { fileProblems, sharedFileProblems } from "./destination.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenyard-destination-"));
const messagesOf = (path: string) => fileProblems(path).map(({ message }) => message);

test("a file may be written, also in the place of one; nothing is left of the trial", () => {
  const file = join(folder, "there.om");
  writeFileSync(file, "kept");
  expect(messagesOf(file)).toEqual([]);
  expect(messagesOf(join(folder, "new.om"))).toEqual([]);
  expect(readdirSync(folder)).toEqual(["there.om"]);
});

test("devices and pipes do not lose their place to a file, nor do folders; a name that cannot be is refused", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  symlinkSync(pipe, join(folder, "to-pipe.csv"));
  symlinkSync("round", join(folder, "round"));
  expect(messagesOf(pipe)).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(messagesOf(join(folder, "to-pipe.csv"))).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(messagesOf("/dev/null")).toEqual(["cannot be written: a device or a pipe stands where a file is wanted"]);
  expect(messagesOf(folder)).toEqual(["cannot be written: a folder stands where a file is wanted"]);
  expect(messagesOf(join(folder, "round"))).toEqual(["cannot be written: its links lead round in a circle"]);
  expect(messagesOf(join(folder, "x".repeat(300)))).toEqual(["cannot be written: its name is too long"]);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test("links to files are kept: what is written lies where they lead, one that is there or not yet", async () => {
  const links = mkdtempSync(join(tmpdir(), "tokenyard-links-"));
  const plan = join(links, "plan.yaml");
  writeFileSync(plan, `${SMALL_PLAN}workload: { kind: batch, sequences: 2, promptTokens: 8, outputTokens: 2 }\n`);
  mkdirSync(join(links, "far"));
  symlinkSync("far", join(links, "near"));
  const linked = (name: string, isThere: boolean) => {
    if (isThere) writeFileSync(join(links, "far", name), "before");
    symlinkSync(`near/${name}`, join(links, name));
    return join(links, name);
  };
  const options = (isThere: boolean) => {
    const name = isThere ? "there" : "new";
    return {
      run: [
        ...["--requests", linked(`${name}.csv`, isThere), "--experts", linked(`${name}.parquet`, isThere)],
        ...["--spans", linked(`${name}.json`, isThere), "--metrics", linked(`${name}.om`, isThere)],
      ],
      sweep: ["--vary", "workload.sequences=1,2", "--html", linked(`${name}.html`, isThere), "--out", linked(`${name}.duckdb`, false)],
    };
  };
  for (const isThere of [true, false])
    for (const [command, args] of Object.entries(options(isThere))) {
      expect(await tokenyard([command, plan, ...args])).toMatchObject({ code: 0 });
      for (const path of args.filter((each) => each.startsWith(links))) {
        expect([path, lstatSync(path).isSymbolicLink()]).toEqual([path, true]);
        expect(statSync(path).size).toBeGreaterThan(10);
      }
    }
  expect(readdirSync(join(links, "far"))).toHaveLength(12);
  const study = join(links, "new.duckdb");
  expect((await tokenyard(["export", study, linked("rows.csv", false)])).code).toBe(0);
  expect(lstatSync(join(links, "rows.csv")).isSymbolicLink()).toBe(true);
  rmSync(links, { recursive: true });
});

test("no option writes over a scenario that is read, nor over what another writes, by whatever name", () => {
  const [plan, link, trace] = [join(folder, "plan.yaml"), join(folder, "link.yaml"), join(folder, "trace.csv")];
  writeFileSync(plan, "tokenyard: 1\n");
  symlinkSync(plan, link);
  const problems = (...options: [string, string | undefined][]) =>
    sharedFileProblems([{ file: plan, reads: [plan, trace] }], options).map(({ file, message }) => `${file}: ${message}`);
  expect(problems(["--spans", link], ["--requests", undefined], ["--metrics", join(folder, "a.om")])).toEqual([
    `--spans: ${link}, the scenario, given; wanted a file of its own`,
  ]);
  expect(problems(["--requests", trace])).toEqual([`--requests: ${trace}, which ${plan} reads, given; wanted a file of its own`]);
  const [a, same] = [join(folder, "a.csv"), `${folder}/../${basename(folder)}/a.csv`];
  expect(problems(["--requests", a], ["--experts", same])).toEqual([
    `--experts: ${same}, what --requests writes, given; wanted a file of its own`,
  ]);
  expect(problems(["--requests", a], ["--experts", join(folder, "b.csv")])).toEqual([]);
});

test("no option of a run writes where --out puts a file of the report", async () => {
  const plan = join(folder, "whole.yaml");
  writeFileSync(plan, `${SMALL_PLAN}workload: { kind: batch, sequences: 2, promptTokens: 8, outputTokens: 2 }\n`);
  const place = join(folder, "reports", "small");
  mkdirSync(place, { recursive: true });
  const spans = `${place}/../small/report.json`;
  const taken = await tokenyard(["run", "--replications", "1", plan, "--out", join(folder, "reports"), "--spans", spans]);
  expect(taken).toMatchObject({ code: 2, err: `--spans: ${spans}, what --out writes, given; wanted a file of its own\n1 problem\n` });
  expect(readdirSync(place)).toEqual([]);
  expect(
    (await tokenyard(["run", "--replications", "1", plan, "--out", join(folder, "reports"), "--spans", join(place, "spans.json")])).code,
  ).toBe(0);
});

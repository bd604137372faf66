import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";

const TRACED = `${SMALL_PLAN}workload: { kind: trace, path: t.csv, format: csv }
serving: { scheduler: continuous }
targets: { ttft: 10 s }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "traces-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a trace is read beside its scenario, and beside the report when that is replayed", async () => {
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n1,0,4\n2.5,32,4\n");
  const { code, out } = await tokenyard(["run", "--json", file("traced.yaml", TRACED)]);
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report.requests).toMatchObject({ arrived: 2, finished: 2 });
  expect(report.scenario.resolved.workload).toMatchObject({ path: "t.csv", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(report.warnings).toContainEqual({
    code: "trace-rows-dropped",
    message: "1 row of the trace has no prompt or no output tokens and was left out",
  });
  expect((await tokenyard(["replay", file("report.json", out)])).code).toBe(0);
});

test("a replay refuses another trace than the report's, and says from where it looks for one", async () => {
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n2.5,32,4\n");
  const report = file("report.json", (await tokenyard(["run", "--json", file("traced.yaml", TRACED)])).out);
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n2.5,32,5\n");
  const other = await tokenyard(["replay", report]);
  expect(other).toMatchObject({ code: 2, out: "" });
  expect(other.err).toMatch(/report\.json: scenario\.resolved\.workload\.sha256: [0-9a-f]{64} given; wanted [0-9a-f]{64}, that of t\.csv/);
  rmSync(join(folder, "t.csv"));
  const missing = await tokenyard(["replay", report]);
  expect(missing.code).toBe(2);
  expect(missing.err).toContain(
    `t.csv given; wanted a file that can be read (no such file); a trace is looked for from the folder of ${report}\n`,
  );
});

test("what --out writes of a trace names it from where it is written, and replays from any folder", async () => {
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n2.5,32,4\n");
  const { out } = await tokenyard(["run", "--json", file("traced.yaml", TRACED), "--out", join(folder, "deep/er")]);
  const written = join(folder, "deep/er/small");
  const report = JSON.parse(readFileSync(join(written, "report.json"), "utf8"));
  expect(report.scenario.resolved.workload.path).toBe("../../../t.csv");
  expect(report.scenario.hash).toBe(JSON.parse(out).scenario.hash); // the same bytes, wherever they lie
  expect(await tokenyard(["replay", join(written, "report.json")])).toMatchObject({ code: 0 });
  expect(await tokenyard(["run", "--json", join(written, "scenario.yaml")])).toMatchObject({ code: 0 });
});

test("studies of a trace read it beside its scenario, in this thread, and each of two beside its own", async () => {
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n2.5,32,4\n");
  file("u.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n2.5,32,4\n3,8,2\n");
  mkdirSync(join(folder, "other"));
  file("other/t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,640,4\n1,32,4\n");
  const path = file("traced.yaml", TRACED);
  const swept = await tokenyard([
    "sweep",
    path,
    "--vary",
    "workload.path=t.csv,u.csv",
    "--where",
    "ranks <= 4",
    "--json",
    "--workers",
    "1",
  ]);
  const rows = swept.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map((row) => row.report.requests.finished)).toEqual([2, 3]);
  const hashes = rows.map((row) => row.report.scenario.resolved.workload.sha256);
  expect(new Set(hashes).size).toBe(2);
  const compared = await tokenyard([
    "compare",
    path,
    file("other/traced.yaml", TRACED),
    "--show",
    "tokens.prompt",
    "--json",
    "--workers",
    "1",
  ]);
  expect(JSON.parse(compared.out).metrics[0]).toMatchObject({ a: { mean: 96 }, b: { mean: 672 } });
});

test("a broken row of a trace is reported with the file and its line, and a file that is not there at its path", async () => {
  file("t.csv", "arrivedSeconds,promptTokens,outputTokens\n0,64,4\n1,many,4\n");
  const path = file("traced.yaml", TRACED);
  expect(await tokenyard(["run", path])).toMatchObject({
    code: 2,
    err: expect.stringContaining(`${join(folder, "t.csv")}:3:1 workload.path: promptTokens many given; wanted a whole number of tokens`),
  });
  expect(await tokenyard(["run", path, "--set", "workload.path=none.csv"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--set 1: workload.path: none.csv given; wanted a file that can be read (no such file)"),
  });
});

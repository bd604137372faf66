import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import { logPath, scriptText, shellWord } from "./array-job.ts";
import { submitWorkers } from "./sweep-jobs.ts";

const folder = mkdtempSync(join(tmpdir(), "slurm-"));
const here = process.cwd();
const path = process.env["PATH"];

/** An `sbatch` that notes how it was called, and says that it is job 41, 42, … */
const SBATCH = `#!/bin/bash
echo "$@" >> calls
echo $((40 + $(wc -l < calls)))
`;

beforeAll(() => {
  process.chdir(folder);
  writeFileSync("plan.yaml", `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 8, outputTokens: 2 }\n`);
  writeFileSync("sbatch", SBATCH);
  chmodSync("sbatch", 0o755);
  process.env["PATH"] = `${folder}:${path}`;
});
afterAll(() => {
  process.chdir(here);
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

/** The words of the command in a script, as a shell reads them when `variables` are set. */
function wordsIn(script: string, command: string, variables: Readonly<Record<string, string>>): string[] {
  const line = readFileSync(script, "utf8")
    .split("\n")
    .find((each) => each.includes(` ${command} `))!;
  const env = { PATH: path!, ...variables };
  return execFileSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8", env })
    .split("\0")
    .slice(2, -1);
}

test("an array job has a shard for each task, with all that decides which points there are, and another merges them", async () => {
  const about = "about=it's $HOME";
  const asked = [
    "--vary",
    "parallelism.tensor=1,2",
    "--where",
    "ranks <= 4",
    "--set",
    about,
    "--seed",
    "5",
    "--replications",
    "2",
    "--no-cache",
  ];
  const options = ["--slurm", "3", "--slurm-option=--time=10", "--slurm-option=--partition=long", "--out", "a b.duckdb"];
  const { code, out, err } = await tokenyard(["sweep", "plan.yaml", ...asked, ...options]);
  expect({ code, out }).toEqual({ code: 0, out: "" });
  expect(err).toBe(`job 41: 3 shards; job 42 merges them into ${join(process.cwd(), "a b.duckdb")}\n`);
  expect(readFileSync("calls", "utf8").split("\n")).toEqual([
    "--parsable a b.sbatch",
    "--parsable --dependency=afterok:41 --kill-on-invalid-dep=yes a b.merge.sbatch",
    "",
  ]);
  const script = readFileSync("a b.sbatch", "utf8");
  expect(script.split("\n").slice(0, 6)).toEqual([
    "#!/bin/bash",
    "#SBATCH --job-name=small",
    "#SBATCH --array=1-3",
    '#SBATCH --output="a b.%a.log"',
    "#SBATCH --time=10",
    "#SBATCH --partition=long",
  ]);
  expect(statSync("a b.sbatch").mode & 0o777).toBe(0o700);
  const words = wordsIn("a b.sbatch", "sweep", { SLURM_ARRAY_TASK_ID: "2", SLURM_CPUS_PER_TASK: "4" });
  expect(words.slice(0, 2)).toEqual(["sweep", "plan.yaml"]);
  const own = ["--shard", "2/3", "--out", "a b.shard-2.duckdb", "--resume", "--workers", "4"];
  expect(words.slice(2).sort()).toEqual([...asked, ...own].sort());
  const merge = wordsIn("a b.merge.sbatch", "merge", {});
  expect(merge).toEqual(["merge", "a b.shard-1.duckdb", "a b.shard-2.duckdb", "a b.shard-3.duckdb", "--out", "a b.duckdb"]);
});

test("a log has the name of the study, whatever is in it: Slurm takes words, quotes and signs of its own", () => {
  const job = { script: "x.sbatch", name: "x", options: [], command: "true" };
  const lineOf = (stem: string) => scriptText({ ...job, log: `${logPath(stem)}.%a.log` }, "/").split("\n")[2];
  expect(lineOf("study")).toBe("#SBATCH --output=study.%a.log");
  expect(lineOf("50% #1")).toBe('#SBATCH --output="50%% #1.%a.log"');
  expect(lineOf('a"b\\c')).toBe('#SBATCH --output="a\\"b\\\\c.%a.log"');
});

test.each([
  [false, ["--no-cache"]],
  [undefined, []],
])("workers of a queue leave the cache alone where the sweep does: %s", (cache, more) => {
  submitWorkers({ name: "queued", queue: "http://host:1", slurm: 2, ...(cache === undefined ? {} : { cache }) });
  const words = wordsIn("queued.workers.sbatch", "worker", { SLURM_CPUS_PER_TASK: "4" });
  expect(words).toEqual(["worker", "--queue", "http://host:1", "--threads", "4", "--idle", "120 s", ...more]);
});

test("any text is one word of a shell", () => {
  for (const text of ["plain-1.2/x=y", "it's", '$HOME `a` "b" \\', "two\nlines", ""])
    expect(execFileSync("bash", ["-c", `printf '%s' ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
});

test("what Slurm cannot do is reported before anything is submitted", async () => {
  rmSync("calls");
  writeFileSync("there.duckdb", "");
  for (const [options, message] of [
    [["--slurm", "2"], "--out FILE beside it, which takes all rows, or --queue URL"],
    [["--slurm", "2", "--out", "there.duckdb"], "already exists"],
    [["--slurm", "2", "--out", "x.duckdb", "--shard", "1/2"], "one of them: --slurm makes the shards"],
    [["--slurm", "2", "--out", "x.duckdb", "--resume"], "shards are gone on with anyway"],
    [["--slurm-option", "--time=1"], "wanted --slurm N beside it"],
    [["--slurm", "2", "--out", "x.duckdb", "--slurm-option", "time=1"], "a line behind #SBATCH, such as --time=60"],
    [["--slurm", "2", "--out", "x.duckdb", "--slurm-option=--time=1\nrm -r ."], "a line behind #SBATCH, such as --time=60"],
    [["--slurm", "2", "--out", "x.duckdb", "--html", "x.html"], "--html: --slurm too given"],
    [["--slurm", "2", "--out", "x.duckdb", "--csv"], "once all is merged, --out FILE --resume shows it"],
    [["--slurm", "0", "--out", "x.duckdb"], "wanted a whole number from 1 on"],
  ] as const) {
    const { code, err } = await tokenyard(["sweep", "plan.yaml", "--vary", "seed=1,2", ...options]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  expect(existsSync("calls")).toBe(false);
});

test("what sbatch says is printed, and where there is none both scripts are written all the same", async () => {
  const sweep = (out: string) => tokenyard(["sweep", "plan.yaml", "--vary", "seed=1,2", "--slurm", "2", "--out", out]);
  writeFileSync("sbatch", "#!/bin/bash\necho 'sbatch: error: invalid partition specified: long' >&2\nexit 1\n");
  expect((await sweep("refused.duckdb")).err).toContain("sbatch refuses refused.sbatch: invalid partition specified: long");
  rmSync("sbatch");
  process.env["PATH"] = folder;
  const { code, err } = await sweep("none.duckdb");
  expect(code).toBe(2);
  expect(err).toMatch(/sbatch cannot be started \(ENOENT\); none\.sbatch and, after it, none\.merge\.sbatch are written, to be submitted/);
  for (const script of ["none.sbatch", "none.merge.sbatch"]) expect(statSync(script).mode & 0o777).toBe(0o700);
});

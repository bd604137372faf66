import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as simulator from "@tokenyard/simulator";
import { estimateOf } from "@tokenyard/study";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine } from "../command-line/command-line.ts";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { Terminal } from "../terminal/terminal.ts";

const SCENARIO = `${SMALL_PLAN}seed: 3
workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 4 }
targets: { ttft: 10 s }
`;
const SWEEP = ["--vary", "parallelism.tensor=1,2,3", "--vary", "workload.sequences=4,8", "--workers", "1"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "studies-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name = "a.yaml", text = SCENARIO): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function rowsOf(
  out: string,
): { index: number; parameters: Record<string, unknown>; status: string; reason?: string; report?: { seed: number } }[] {
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("sweep --json prints a line for each point, in order: a report, or why it cannot be", async () => {
  const path = file();
  const { code, out, err } = await tokenyard(["sweep", path, ...SWEEP, "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const rows = rowsOf(out);
  expect(rows.map(({ index, parameters, status }) => [index, ...Object.values(parameters), status])).toEqual([
    [0, 1, 4, "ok"],
    [1, 1, 8, "ok"],
    [2, 2, 4, "ok"],
    [3, 2, 8, "ok"],
    [4, 3, 4, "infeasible"],
    [5, 3, 8, "infeasible"],
  ]);
  expect(Object.keys(rows[0]!)).toEqual(["index", "parameters", "status", "report"]);
  expect(Object.keys(rows[4]!)).toEqual(["index", "parameters", "status", "reason"]);
  expect(rows[4]?.reason).toMatch(/^parallelism\.tensor: 3 given; wanted /);
  const alone = await tokenyard([
    "run",
    path,
    "--json",
    "--replications",
    "1",
    "--set",
    "parallelism.tensor=2",
    "--set",
    "workload.sequences=4",
  ]);
  expect(rows[2]?.report).toEqual(JSON.parse(alone.out));
});

test("points of a small sweep are prepared once, though they are looked at before they run", async () => {
  const prepared: string[] = [];
  const simulation = {
    ...simulator,
    prepare: (...[scenario, policies]: Parameters<typeof simulator.prepare>) => {
      prepared.push(`${scenario.parallelism.tensor} ${"sequences" in scenario.workload && scenario.workload.sequences}`);
      return simulator.prepare(scenario, policies);
    },
  };
  const path = file();
  const few = ["--vary", "parallelism.tensor=1,2", "--vary", "workload.sequences=4,8", "--json"];
  const alone = await tokenyard(["sweep", path, ...few, "--workers", "1"]);
  expect(await tokenyard(["sweep", path, ...few, "--workers", "2"], { simulation })).toEqual(alone);
  expect(prepared).toEqual(["1 4", "1 8", "2 4", "2 8"]);
});

test("a sweep of which no point can be ends in 3 and says so", async () => {
  const { code, err } = await tokenyard(["sweep", file(), "--vary", "parallelism.tensor=3,5"]);
  expect([code, err]).toEqual([3, "nothing ran: none of 2 points can be\n"]);
});

test("more than 100,000 runs are refused, unless --yes says that they are meant", async () => {
  const many = ["sweep", file(), "--vary", "workload.sequences=1..1000", "--vary", "workload.promptTokens=1..101"];
  const { code, err } = await tokenyard(many);
  expect(code).toBe(2);
  expect(err).toContain("--vary: 101,000 runs given; wanted at most 100,000: fewer values, --shard, --mode sobol --points N; or --yes");
  expect((await tokenyard([...many, "--shard", "1/101000", "--json"])).code).toBe(0);
});

test("signals are heard when a study file is opened: none is left half made", async () => {
  const path = file();
  const out = join(folder, "study.duckdb");
  expect((await tokenyard(["sweep", path, ...SWEEP, "--out", out])).code).toBe(0);
  const before = process.listenerCount("SIGTERM");
  const heard: number[] = [];
  const channel = { drained: async () => {}, live: false, colour: false, columns: undefined };
  const terminal: Terminal = {
    out: { ...channel, write: () => {} },
    err: { ...channel, write: () => void heard.push(process.listenerCount("SIGTERM") - before) }, // "has 6 points of this study"
    in: (async function* () {})(),
  };
  expect(await commandLine(["sweep", path, ...SWEEP, "--out", out, "--resume"], terminal)).toBe(0);
  expect([heard[0], process.listenerCount("SIGTERM") - before]).toEqual([1, 0]);
});

test("sweep prints the best first, marks the front, plots it, and counts the reasons of what cannot be", async () => {
  const { code, out } = await tokenyard(["sweep", file(), ...SWEEP, "--show", "ttft", "--sort", "ttft"]);
  expect(code).toBe(0);
  const lines = out.split("\n");
  expect(lines[0]).toBe("sweep of small, 6 points: 4 ran, 2 cannot be, one seed each");
  expect(lines).toContain("best ttft first");
  const table = lines.slice(lines.findIndex((line) => line.includes("index")) + 2).slice(0, 4);
  const cells = table.map((line) => line.replace("●", " ").trim().split(/\s+/));
  const ttfts = cells.map((row) => Number(row[3]));
  expect(ttfts).toEqual([...ttfts].sort((a, b) => a - b));
  expect(cells.map((row) => row.at(-1))).toEqual(["met", "met", "met", "met"]);
  expect(out).toContain("ttft; ● on the Pareto front".replace("ttft", "throughputPerGpu"));
  expect(out).toMatch(/cannot be:\n {2}2 × parallelism\.tensor: 3 given; wanted /);
});

test("points that miss their targets come last and are on no front, in the text as on the page", async () => {
  const page = join(folder, "page.html");
  const args = ["sweep", file("a.yaml", SCENARIO.replace("ttft: 10 s", "ttft.mean: 9.4 us")), ...SWEEP, "--html", page];
  const { code, out } = await tokenyard([...args, "--sort", "throughputPerGpu"]);
  expect(code).toBe(0);
  const lines = out.split("\n").filter((line) => / (met|missed)$/.test(line));
  const verdicts = lines.map((line) => /(met|missed)$/.exec(line)?.[0]);
  expect(new Set(verdicts)).toEqual(new Set(["met", "missed"]));
  expect(verdicts).toEqual([...verdicts].sort()); // "met" before "missed"
  expect(lines.filter((line) => line.startsWith("●") && line.endsWith("missed"))).toEqual([]);
  const missed = verdicts.filter((verdict) => verdict === "missed").length;
  expect(out).toContain(`best throughputPerGpu first, those that meet the targets before the ${missed} that miss one\n`);
  const study = JSON.parse(/id="study">(.*?)<\/script>/.exec(readFileSync(page, "utf8"))![1]!);
  expect(study.demands).toBe("targets");
  expect(study.rows.map(({ met }: { met: boolean | null }) => (met === null ? "none" : met ? "met" : "missed"))).toEqual([
    ...verdicts,
    "none",
    "none",
  ]);
});

test("under a load that comes at its own rate the best serves most requests within their targets, not most load", async () => {
  const text = `${SMALL_PLAN}workload: { kind: open, requests: 200, rate: 1000 requests/s, promptTokens: 64, outputTokens: 4 }
serving: { scheduler: { kind: continuous, tokenBudget: 256, maxSequences: 16 } }
`;
  const args = ["--vary", "workload.rate=1000 requests/s,200000 requests/s,3000 requests/s", "--workers", "1"];
  const found = (await tokenyard(["sweep", file("load.yaml", `${text}targets: { ttft.p99: 16 us }\n`), ...args])).out;
  expect(found).toContain("best goodput / gpus first, those that meet the targets before the 1 that miss one\n");
  const rates = [...found.matchAll(/^.\s+\d+\s+(\S+ \S+).*(?:met|missed)$/gm)].map(([, rate]) => rate);
  expect(rates).toEqual(["3000 requests/s", "1000 requests/s", "200000 requests/s"]);
  const page = join(folder, "load.html");
  await tokenyard(["sweep", file("load.yaml", `${text}targets: { ttft.p99: 16 us }\n`), ...args, "--html", page]);
  const { metrics, goals } = JSON.parse(/id="study">(.*?)<\/script>/.exec(readFileSync(page, "utf8"))![1]!);
  expect([metrics[goals.y], metrics[goals.x]]).toMatchObject([
    { name: "goodput / gpus", better: "more" },
    { name: "ttft.p99", better: "less" },
  ]);
  expect((await tokenyard(["sweep", file("load.yaml", text), ...args])).out).toContain("\nbest ttft.p99 first\n"); // no targets, no goodput
});

test("sweep --csv prints a line for each point, in order", async () => {
  const { out } = await tokenyard(["sweep", file(), ...SWEEP, "--csv", "--show", "gpus", "--sort", "gpus", "--against", "gpus"]);
  const lines = out.split("\r\n");
  expect(lines.slice(0, 3)).toEqual(["index,parallelism.tensor,workload.sequences,status,gpus,reason", "0,1,4,ok,2,", "1,1,8,ok,2,"]);
  expect(lines[5]).toMatch(/^4,3,4,infeasible,,"parallelism\.tensor: 3 given; wanted .*, .*"$/);
});

test("the sweep that a scenario asks for is run, and options take the place of its parts", async () => {
  const path = file(
    "a.yaml",
    `${SCENARIO}sweep: { vary: { parallelism.tensor: '1,2', workload.sequences: [4, 8] }, where: [ranks <= 2] }\n`,
  );
  const parametersOf = async (...options: string[]) =>
    rowsOf((await tokenyard(["sweep", path, "--json", "--workers", "1", ...options])).out).map(({ parameters }) =>
      Object.values(parameters),
    );
  expect(await parametersOf()).toEqual([
    [1, 4],
    [1, 8],
  ]);
  expect(await parametersOf("--where", "ranks <= 4", "--mode", "zip")).toEqual([
    [1, 4],
    [2, 8],
  ]);
  expect(await parametersOf("--vary", "workload.sequences=5")).toEqual([[5]]);
});

test("replications run each point with seeds of its own, and the table has mean and interval", async () => {
  const args = ["sweep", file(), "--vary", "workload.sequences=4,8", "--workers", "1", "--replications", "3"];
  const rows = rowsOf((await tokenyard([...args, "--json"])).out);
  expect(rows.map(({ parameters }) => [parameters["workload.sequences"], parameters["seed"]])).toEqual([
    [4, 3],
    [4, 4],
    [4, 5],
    [8, 3],
    [8, 4],
    [8, 5],
  ]);
  expect(rows.map(({ report }) => report?.seed)).toEqual([3, 4, 5, 3, 4, 5]);
  const { out } = await tokenyard([...args, "--show", "tokens.prompt"]);
  expect(out).toMatch(/^sweep of small, 2 points: 2 ran, means of 3 seeds/);
  const prompts = rows.slice(0, 3).map(({ report }) => (report as unknown as { tokens: { prompt: number } }).tokens.prompt);
  const { mean, interval } = estimateOf(prompts, "positive")!;
  const tens = [mean, mean - interval!.low, interval!.high - mean].map((value) => 10 * Math.round(value / 10));
  expect(out).toMatch(new RegExp(`\\b4 +${tens[0]} −${tens[1]} \\+${tens[2]} `)); // 192 −74 +121: the lesser side begins with a 7
});

test("mistakes in the options are reported together, each with its option, and in the section with their line", async () => {
  const wrong = await tokenyard(["sweep", file(), "--vary", "parallelism.tensr=1", "--sort", "speed", "--show", "ttft +", "--resume"]);
  expect([wrong.code, wrong.out]).toEqual([2, ""]);
  expect(wrong.err).toMatch(/^--vary: .*unknown path parallelism\.tensr given; .*did you mean parallelism\.tensor\?$/m);
  expect(wrong.err).toMatch(/^--sort: unknown name speed at column 1 /m);
  expect(wrong.err).toMatch(/^--show: .* at column /m);
  expect(wrong.err).toMatch(/^--resume: nothing given; wanted --out FILE/m);
  expect(wrong.err).toMatch(/\n4 problems\n$/);
  const kinds = ["--vary", "parallelism.tensor=1,2", "--vary", "parallelism.expert=4", "--vary", "workload.sequences=x"];
  const all = await tokenyard([
    "sweep",
    file(),
    ...kinds,
    "--vary",
    "tensor",
    "--mode",
    "zip",
    "--points",
    "3",
    "--where",
    "gpus <",
    "--sort",
    "speed",
  ]);
  expect([all.code, all.out]).toEqual([2, ""]);
  expect(all.err.match(/^--[a-z]+( \d+)?: .{12}/gm)).toEqual([
    "--vary: tensor given",
    "--vary: workload.seq",
    "--points: 3 given; wan",
    "--vary: parallelism.",
    "--where 1: the end at c",
    "--sort: unknown name",
  ]);
  const where = await tokenyard(["sweep", file(), "--vary", "parallelism.tensor=1", "--where", "gpus <= 2", "--where", "gpus <= 2 s"]);
  expect(where.err).toMatch(/^--where 2: .* at column 9 of /);
  const values = await tokenyard(["sweep", file(), "--vary", "parallelism.tensor=1..x"]);
  expect(values.err).toMatch(/^--vary: parallelism\.tensor: 1\.\.x given; /);
  const path = file("b.yaml", `${SCENARIO}sweep: { vary: { parallelism.tensor: '1,2' }, where: [gpuss <= 2] }\n`);
  expect((await tokenyard(["sweep", path])).err).toMatch(/b\.yaml:15:\d+ sweep\.where\.0: unknown name gpuss .*did you mean gpus\?/);
  expect((await tokenyard(["sweep", file()])).err).toMatch(/^--vary: nothing given; wanted path=values, such as /);
  expect((await tokenyard(["sweep", file(), "--mode", "sobol", "--vary", "workload.sequences=1..9"])).err).toMatch(
    /^--points: nothing given/,
  );
});

test("what where leaves out is counted", async () => {
  const args = ["sweep", file(), "--workers", "1", "--vary", "parallelism.tensor=1,2,4", "--replications", "2", "--where"];
  expect((await tokenyard([...args, "parallelism.tensor <= 2"])).out).toMatch(
    /^sweep of small, 2 points: 2 ran, 1 left out by where, means of 2/,
  );
  expect((await tokenyard([...args, "ranks < 1"])).out).toMatch(/^sweep of small, 0 points: 0 ran, 3 left out by where/);
});

test("what a study file has is not run again, and another study is refused", async () => {
  const [path, out] = [file(), join(folder, "study.duckdb")];
  const first = await tokenyard(["sweep", path, ...SWEEP, "--json", "--out", out]);
  const simulation = { ...simulator, start: () => expect.unreachable("all is there") };
  const again = await tokenyard(["sweep", path, ...SWEEP, "--json", "--out", out, "--resume"], { simulation });
  expect(again).toEqual({ code: 0, out: first.out, err: `${out}: has 6 points of this study\n` });
  const spent = await tokenyard(["query", out, "select points from spent", "--json"]);
  expect(spent.out).toBe('{"points":6}\n{"points":0}\n'); // of each session those that it ran
  expect((await tokenyard(["sweep", path, ...SWEEP, "--out", out])).err).toContain(`${out}: already exists; --resume continues`);
  const other = await tokenyard(["sweep", path, ...SWEEP, "--out", out, "--resume", "--set", "workload.outputTokens=5", "--json"]);
  expect(JSON.parse(other.out).problems).toMatchObject([
    { file: out, message: "holds a study of another scenario, small; wanted another file" },
  ]);
  const more = await tokenyard(["sweep", path, ...SWEEP, "--out", out, "--resume", "--replications", "2"]);
  expect(more.err).toContain("holds another study of small: replications is 1 there and 2 here");
});

test("a study that is not there yet may be resumed: it begins", async () => {
  const out = join(folder, "study.duckdb");
  expect((await tokenyard(["sweep", file(), ...SWEEP, "--json", "--out", out, "--resume"])).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(["a.yaml", "study.duckdb"]);
});

test("a point that fails is a row, is kept as failed, ends in 3, and is run again when the study goes on", async () => {
  const [path, out] = [file(), join(folder, "study.duckdb")];
  let runs = 0;
  const simulation = {
    ...simulator,
    start: (...args: Parameters<typeof simulator.start>) => {
      if (++runs === 2) throw new Error("time runs backwards");
      return simulator.start(...args);
    },
  };
  const { code, out: printed, err } = await tokenyard(["sweep", path, ...SWEEP, "--json", "--out", out], { simulation });
  expect([code, err]).toEqual([3, "1 point failed by a fault of tokenyard, not of the scenario: Error: time runs backwards\n"]);
  expect(rowsOf(printed)[1]).toMatchObject({ index: 1, status: "failed", reason: "Error: time runs backwards" });
  const kept = await tokenyard(["query", out, "select status, count(*) as n from results group by status order by status", "--json"]);
  expect(rowsOf(kept.out)).toEqual([
    { status: "failed", n: 1 },
    { status: "infeasible", n: 2 },
    { status: "ok", n: 3 },
  ]);
  const again = await tokenyard(["sweep", path, ...SWEEP, "--json", "--out", out, "--resume"]);
  expect(again).toMatchObject({ code: 0, out: (await tokenyard(["sweep", path, ...SWEEP, "--json"])).out });
  expect((await tokenyard(["query", out, "select count(*) as n from results where status = 'ok'", "--json"])).out).toBe('{"n":4}\n');
});

test("query prints a table, or lines of JSON; with no question, the columns", async () => {
  const out = join(folder, "study.duckdb");
  await tokenyard(["sweep", file(), ...SWEEP, "--out", out]);
  const sql = `select index, "parallelism.tensor" as tensor, gpus, status from results where gpus > 1 order by index desc limit 2`;
  expect(await tokenyard(["query", out, sql])).toEqual({
    code: 0,
    out: ["index  tensor  gpus  status", "    3       2     4  ok", "    2       2     4  ok", ""].join("\n"),
    err: "",
  });
  expect(rowsOf((await tokenyard(["query", out, sql, "--json"])).out)).toEqual([
    { index: 3, tensor: 2, gpus: 4, status: "ok" },
    { index: 2, tensor: 2, gpus: 4, status: "ok" },
  ]);
  expect((await tokenyard(["query", out])).out).toMatch(/^column_name +column_type\nindex +BIGINT\nparallelism\.tensor +BIGINT\n/);
  expect(await tokenyard(["query", out, "selec 1"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Parser Error: syntax error at or near"),
  });
  expect(await tokenyard(["query", out, "drop table points"])).toMatchObject({ code: 2, err: expect.stringContaining("read-only mode") });
  expect(await tokenyard(["query", file(), "select 1"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("not a file that --out wrote"),
  });
});

test("export writes what its name says, and refuses other names and the study itself", async () => {
  const out = join(folder, "study.duckdb");
  const printed = await tokenyard(["sweep", file(), ...SWEEP, "--out", out, "--json"]);
  const to = (name: string) => join(folder, name);
  for (const name of ["rows.jsonl", "rows.csv", "rows.parquet"])
    expect(await tokenyard(["export", out, to(name)])).toEqual({ code: 0, out: "", err: "" });
  expect(readFileSync(to("rows.jsonl"), "utf8")).toBe(printed.out);
  expect(readFileSync(to("rows.csv"), "utf8").split("\n")).toHaveLength(8);
  expect(await tokenyard(["export", out, to("rows.txt")])).toMatchObject({
    code: 2,
    err: expect.stringContaining(".parquet, .csv, .jsonl"),
  });
  expect(await tokenyard(["export", out, to("nowhere/rows.csv")])).toMatchObject({
    code: 2,
    err: expect.stringContaining("no such folder"),
  });
  const link = to("study.jsonl");
  writeFileSync(link, readFileSync(out));
  expect(await tokenyard(["export", link, link])).toMatchObject({ code: 2, err: expect.stringContaining("another file than the study") });
  expect(readFileSync(link).equals(readFileSync(out))).toBe(true);
});

test("compare separates a difference that is real from one that may be chance and from none", async () => {
  const [a, b] = [
    file("a.yaml"),
    file("b.yaml", SCENARIO.replace("name: small", "name: slow").replace("node: { bandwidth: 100", "node: { bandwidth: 1")),
  ];
  const args = ["compare", a, b, "--replications", "4", "--workers", "1", "--show", "ttft", "--show", "tokens.prompt"];
  const { code, out } = await tokenyard(args);
  expect(code).toBe(0);
  expect(out).toMatch(/^a: small \(.*a\.yaml\)\nb: slow \(.*b\.yaml\)\nb is worse in highest TTFT [\s\S]*\n\nthey differ in\n {2}cluster/);
  expect(out).toMatch(/^they differ in\n {2}cluster\.network\.node\.bandwidth {2}100 GB\/s in a, 1 GB\/s in b\n4 pairs of runs/m);
  expect(out).toMatch(/^ttft .* ((× \d+|\+\d+(\.\d+)? ).*± .*) {2}real$/m);
  expect(out).toMatch(/^tokens\.prompt .* 0 +the same$/m); // both see the same requests
  const { pairs, metrics } = JSON.parse((await tokenyard([...args, "--json"])).out);
  expect(pairs).toBe(4);
  expect(metrics[0]).toMatchObject({
    metric: "ttft",
    unit: "s",
    isReal: true,
    difference: { count: 4 },
    change: { factor: expect.any(Number), p: expect.any(Number) },
  });
  expect(metrics[0].difference.mean).toBeCloseTo(metrics[0].b.mean - metrics[0].a.mean, 12);
  expect(JSON.parse((await tokenyard([...args, "--json"])).out).differ).toEqual([
    { path: "cluster.network.node.bandwidth", a: "100 GB/s", b: "1 GB/s" },
  ]);
  const least = await tokenyard([...args, "--least", "90000 %"]);
  expect(least.out).toMatch(/^ttft .* equal within 90000 %$/m);
  expect(await tokenyard([...args, "--least", "x", "--precision", "-1 %"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("2 problems"),
  });
  const one = await tokenyard(["compare", a, b, "--replications", "1", "--workers", "1"]);
  expect(one.out).toMatch(/^ttft .*one pair cannot say$/m);
  expect(await tokenyard(["compare", a, file("c.yaml", SCENARIO.replace("expert: 2", "expert: 3"))])).toMatchObject({
    code: 2,
    err: expect.stringContaining("c.yaml:11:16 parallelism.expert: 3 given"),
  });
});

test("sweep and compare say which loads are not steady: requests that all come within a microsecond, not one a second", async () => {
  const open = (rate: string) =>
    SCENARIO.replace(
      /workload: .*/,
      `serving: { scheduler: continuous }\nworkload: { kind: open, requests: 40, rate: ${rate}, promptTokens: 32, outputTokens: 4 }`,
    );
  const [calm, mad] = [file("calm.yaml", open("1 requests/s")), file("mad.yaml", open("100000000 requests/s"))];
  const rates = "workload.rate=1 requests/s,100000000 requests/s";
  const { out } = await tokenyard(["sweep", calm, "--vary", rates, "--workers", "1"]);
  const lines = out.split("\n").filter((line) => /(met|missed)/.test(line) && line.includes("requests/s"));
  expect(lines.map((line) => [/ 1 requests\/s/.test(line), / (overload|burst)$/.test(line)]).sort()).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(out).toMatch(/^(overload: the queue grew|burst: the last request)/m);
  const args = ["compare", calm, mad, "--replications", "2", "--workers", "1"];
  expect((await tokenyard(args)).out).toMatch(/^(overload|burst) in 2 of 2 runs of b: /m);
  expect(JSON.parse((await tokenyard([...args, "--json"])).out).unsteady).toMatchObject([{ plan: "b", runs: 2 }]);
  expect((await tokenyard(["compare", calm, calm, ...args.slice(3)])).out).not.toMatch(/overload|burst/);
});

test("compare --why names the change that counts, with the number that a run with it alone has", async () => {
  const a = file("a.yaml");
  const fast = SCENARIO.replace("node: { bandwidth: 100", "node: { bandwidth: 1");
  const b = file(
    "b.yaml",
    fast.replace(/outputTokens: (\d+)/, (_, count) => `outputTokens: ${Number(count) + 1}`),
  );
  const args = ["compare", a, b, "--replications", "2", "--workers", "1", "--why"];
  const alone = file("alone.yaml", fast);
  const { ttftSeconds, throughput } = JSON.parse((await tokenyard(["run", alone, "--json"])).out);
  const { why } = JSON.parse((await tokenyard([...args, "--json"])).out);
  expect(why.changes.map(({ path }: { path: string }) => path)).toEqual(["cluster.network.node.bandwidth", "workload.outputTokens.value"]);
  expect(why.shortest.changes).toHaveLength(1);
  const numbers: Record<string, number> = {
    ttft: ttftSeconds.max,
    "ttft.mean": ttftSeconds.mean,
    throughputPerGpu: throughput.tokensPerMsPerGpu,
  };
  expect(why.shortest.number).toBe(numbers[why.metric]);
  const { out } = await tokenyard(args);
  expect(out).toMatch(
    /\n\nWhy\n {2}\S.* in a and .* in b\.\n {2}cluster\.network\.node\.bandwidth 100 GB\/s → 1 GB\/s alone turns a's\s+answer/,
  );
});

test("compare names each metric once, with its own numbers, though it is asked for twice", async () => {
  const [a, b] = [file("a.yaml"), file("b.yaml", SCENARIO.replace("sequences: 8", "sequences: 4"))];
  const shown = ["gpus", "gpus", "tokens.output", "gpus"].flatMap((metric) => ["--show", metric]);
  const { out } = await tokenyard(["compare", a, b, "--replications", "2", "--workers", "1", "--json", ...shown]);
  const { metrics } = JSON.parse(out) as { metrics: { metric: string; b: { mean: number } }[] };
  expect(metrics.map(({ metric }) => metric)).toEqual(["gpus", "tokens.output"]);
  expect(metrics[1]!.b.mean).toBe(16); // 4 sequences of 4 tokens
});

test("no seeds are asked for that are none: a number beyond the last is another one's", async () => {
  const seeds = ["--seed", String(Number.MAX_SAFE_INTEGER), "--replications", "2"];
  const wanted = `--replications: 2 given; wanted at most 1: the last seed is ${Number.MAX_SAFE_INTEGER}\n`;
  const compared = await tokenyard(["compare", file("a.yaml"), file("b.yaml"), ...seeds]);
  expect([compared.code, compared.err]).toEqual([2, `${wanted}1 problem\n`]);
  const load = SCENARIO.replace(
    /workload: .*/,
    "workload: { kind: closed, requests: 4, concurrency: 2, promptTokens: 8, outputTokens: 2 }",
  );
  const asked = await tokenyard(["capacity", file("load.yaml", load), "--set", "serving.scheduler=continuous", ...seeds]);
  expect(asked.code).toBe(2);
  expect(asked.err).toContain(wanted);
});

test("a sweep over seeds has no replications: their seeds would be those of other points, too", async () => {
  const { code, err } = await tokenyard(["sweep", file(), "--vary", "seed=1,2", "--replications", "2"]);
  expect(code).toBe(2);
  expect(err).toContain("--replications: 2, and values of seed, given; wanted one of them");
});

test("what optimize answers is what run --set runs with its values", async () => {
  const path = file();
  const answer = await tokenyard(["optimize", path, "--minimize", "ttft", "--max-gpus", "4", "--workers", "1", "--json"]);
  const { best } = JSON.parse(answer.out) as { best: { parameters: Record<string, unknown>; report: Record<string, unknown> } };
  expect(Object.keys(best.parameters)).toContain("serving.scheduler.microBatches");
  const values = Object.entries(best.parameters).flatMap(([at, value]) => ["--set", `${at}=${String(value)}`]);
  const {
    scenario: _,
    assumed: __,
    ...report
  } = JSON.parse((await tokenyard(["run", path, ...values, "--replications", "1", "--json"])).out);
  expect(best.report).toMatchObject(report);
});

test("a compare that is interrupted before a pair has ended says so, and prints no table", async () => {
  let prepared = 0;
  const simulation = {
    ...simulator,
    prepare: (...args: Parameters<typeof simulator.prepare>) => {
      prepared++;
      if (prepared === 3) process.emit("SIGINT"); // the two files, the first run
      return simulator.prepare(...args);
    },
  };
  const args = ["compare", file("a.yaml"), file("b.yaml"), "--replications", "2", "--workers", "1"];
  const { code, out, err } = await tokenyard(args, { simulation });
  expect({ code, err }).toEqual({ code: 130, err: "interrupted\n" });
  expect(out).toMatch(/\ntheir inputs are the same\nno pair of runs has ended\n$/);
});

test("compare shows TTFT, TPOT, throughput, GPUs and cost unless it is asked otherwise, and says so of two files that say the same", async () => {
  const priced = SCENARIO.replace("memory: 16 GB }", "memory: 16 GB, cost: 2 USD/h }");
  const shown = async (text: string) => {
    const { out } = await tokenyard(["compare", file("a.yaml", text), file("b.yaml", text), "--replications", "2", "--workers", "1"]);
    expect(out).toContain("\ntheir inputs are the same\n");
    return [...out.matchAll(/^(\S+) .* 0 +the same$/gm)].map(([, name]) => name);
  };
  expect(await shown(priced)).toEqual(["ttft", "gpus", "ttft.mean", "tpot.mean", "throughputPerGpu", "cost", "costPerMillionTokens"]);
  expect(await shown(SCENARIO)).not.toContain("cost"); // no price was given
});

test("a preset prints as the YAML that means the same in its place", async () => {
  const list = await tokenyard(["presets"]);
  expect(list.out).toMatch(/^gpu +h100-sxm +NVIDIA H100/m);
  const { out } = await tokenyard(["presets", "h100-sxm"]);
  expect(out).toMatch(/^# gpu h100-sxm: NVIDIA H100.*\n# Source: /);
  const gpu = "  gpu: { compute: 100 TFLOPS, bandwidth: 1 TB/s, memory: 16 GB }";
  const named = file("named.yaml", SCENARIO.replace(gpu, "  gpu: h100-sxm"));
  const spelled = file("spelled.yaml", SCENARIO.replace(gpu, `  gpu:\n${out.replace(/^/gm, "    ")}`));
  const resolved = async (path: string) => JSON.parse((await tokenyard(["run", path, "--json"])).out).scenario.resolved.cluster.gpu;
  expect(await resolved(spelled)).toEqual(await resolved(named));
  const lines = rowsOf((await tokenyard(["presets", "--json"])).out) as unknown as { name: string; kind: string }[];
  expect(lines.map(({ name }) => name)).toContain("mixtral-8x7b");
  expect(await tokenyard(["presets", "h100-sxn"])).toMatchObject({ code: 2, err: expect.stringContaining("did you mean h100-sxm?") });
});

test("--html writes a page with the rows in it, and nothing else into its folder", async () => {
  const page = join(folder, "study.html");
  await tokenyard(["sweep", file(), ...SWEEP, "--html", page, "--json"]);
  const text = readFileSync(page, "utf8");
  const study = JSON.parse(/id="study">(.*?)<\/script>/s.exec(text)![1]!);
  expect(study.rows).toHaveLength(6);
  expect(study.parameters.map(({ label }: { label: string }) => label)).toEqual(["tensor", "sequences"]);
  expect(text).not.toMatch(/^(import|export) /m);
  expect(readdirSync(folder).sort()).toEqual(["a.yaml", "study.html"]);
  const lost = await tokenyard(["sweep", file(), ...SWEEP, "--html", join(folder, "nowhere/study.html")]);
  expect(lost).toMatchObject({ code: 2, err: expect.stringContaining("no such folder") });
  expect(existsSync(join(folder, "nowhere"))).toBe(false);
});

test.each(["", " ; ", "; -- what of this?", "/* nothing */;"])("query %j asks nothing, and is answered with what would", async (sql) => {
  const out = join(folder, "asked.duckdb");
  expect((await tokenyard(["sweep", file(), "--workers", "1", "--vary", "seed=1", "--out", out])).code).toBe(0);
  const { code, err } = await tokenyard(["query", out, sql]);
  expect([code, err]).toEqual([2, expect.stringMatching(/^query: .*given; wanted a question, as select index, ttft from results\n/)]);
});

test("a study file that cannot be made is reported by the name that was given", async () => {
  const { code, err } = await tokenyard(["sweep", file(), "--workers", "1", "--vary", "seed=1", "--out", join(folder, "no/study.duckdb")]);
  expect([code, err]).toEqual([2, `${join(folder, "no/study.duckdb")}: cannot be written: no such folder\n1 problem\n`]);
});

test("what is empty is quoted as nothing, and as a name in quotes", async () => {
  expect((await tokenyard(["sweep", file(), "--vary", ""])).err).toMatch(/^--vary: nothing given; wanted path=values/);
  expect((await tokenyard(["optimize", file(), "--minimize", "gpus", "--budget", ""])).err).toMatch(/^--budget: nothing given; /);
  expect((await tokenyard(["sweep", "", "--vary", "seed=1"])).err).toMatch(/^"": no such file\n/);
});

test("export writes over no file", async () => {
  const [study, rows] = [join(folder, "s.duckdb"), join(folder, "rows.csv")];
  await tokenyard(["sweep", file(), "--vary", "workload.sequences=4,8", "--workers", "1", "--out", study]);
  expect((await tokenyard(["export", study, rows])).code).toBe(0);
  const kept = readFileSync(rows);
  expect(await tokenyard(["export", study, rows])).toMatchObject({ code: 2, err: expect.stringContaining("nothing is written over") });
  expect(readFileSync(rows).equals(kept)).toBe(true);
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measured } from "@tokenyard/report";
import * as simulator from "@tokenyard/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { Run, Simulation } from "../runs/simulation.ts";
import { ownName } from "../terminal/own-name.ts";

const SCENARIO = `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: 64, outputTokens: 4 }
targets: { ttft: 10 s }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string = SCENARIO): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The simulator, with runs of its own kind. */
function simulating(start: Simulation["start"]): Simulation {
  return { prepare: simulator.prepare, inspect: simulator.inspect, start };
}

test("run prints the report, and nothing on standard error", async () => {
  const { code, out, err } = await tokenyard(["run", file("a.yaml")]);
  expect(code).toBe(0);
  expect(out).toMatch(/^small · 2 GPUs · seeds 1 to 32 /);
  expect(err).toBe("");
});

test("on a terminal a run ends with the command that shows it on the page", async () => {
  const plan = file("a.yaml");
  const { err } = await tokenyard(["run", plan, "--replications", "1"], { live: true });
  expect(err.trimEnd().split("\n").at(-1)).toBe(`on a page: ${ownName()} serve ${plan} --open`);
});

test("run --json prints one line for each file, in order, and the same bytes each time", { tags: "long" }, async () => {
  const paths = [file("a.yaml"), file("b.yaml", SCENARIO.replace("name: small", "name: other"))];
  const { out } = await tokenyard(["run", "--json", ...paths]);
  const lines = out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).scenario.name)).toEqual(["small", "other"]);
  expect((await tokenyard(["run", "--json", ...paths])).out).toBe(out);
});

test("a scenario may come in through standard input, once", async () => {
  const { code, out } = await tokenyard(["run", "-", "--json"], { input: SCENARIO });
  expect(code).toBe(0);
  expect(JSON.parse(out).scenario.name).toBe("small");
  expect(await tokenyard(["run", "-", "-"], { input: SCENARIO })).toMatchObject({ code: 2, out: "" });
});

test("--set and --seed change the scenario before it runs", async () => {
  const { out } = await tokenyard([
    "run",
    file("a.yaml"),
    "--json",
    "--set",
    "name=changed",
    "--set",
    "workload.sequences=6",
    "--seed",
    "7",
  ]);
  const report = JSON.parse(out);
  expect(report.scenario.name).toBe("changed");
  expect(report.requests.arrived).toBe(6);
  expect(report.seed).toBe(7);
});

test("a missed target ends in 1 under --strict only", { tags: "long" }, async () => {
  const path = file("a.yaml", SCENARIO.replace("ttft: 10 s", "ttft: 1 ns"));
  expect((await tokenyard(["run", path])).code).toBe(0);
  expect((await tokenyard(["run", path, "--strict"])).code).toBe(1);
  expect((await tokenyard(["run", file("b.yaml"), "--strict"])).code).toBe(0);
  const unsure = await tokenyard(["run", file("b.yaml"), "--sure", "90 %"]);
  expect(unsure.code).toBe(4); // a roofline is uncalibrated
  expect(unsure.out).toMatch(/Sure of 90 %: 0 of \d targets?; not of .*; the run is uncalibrated\n$/);
  expect((await tokenyard(["run", path, "--sure", "40 %"])).err).toContain("--sure: 40 % given; wanted a probability above 50 %");
});

test("problems of all files are reported, each with its line, before anything runs", async () => {
  const good = file("a.yaml");
  const bad = file("b.yaml", SCENARIO.replace("memory: 16 GB", "memory: 16").replace("topK: 1", "topK: none"));
  const lost = join(folder, "c.yaml");
  const simulation = simulating(() => expect.unreachable("nothing may run"));
  const { code, out, err } = await tokenyard(["run", good, bad, lost], { simulation });
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(`${bad}:7:24 model.experts.topK: none given; wanted `);
  expect(err).toContain("\n  7 |   experts: { count: 4, topK: none,");
  expect(err).toContain(`${bad}:9:50 cluster.gpu.memory: 16 given; wanted `);
  expect(err).toContain(`${lost}: no such file\n`);
  expect(err.indexOf(`${bad}:7`)).toBeLessThan(err.indexOf(`${bad}:9`));
  expect(err).toMatch(/\n3 problems\n$/);
});

test("mistakes in options are reported at once, beside those of scenarios", async () => {
  const [good, bad] = [file("a.yaml"), file("b.yaml", SCENARIO.replace("topK: 1", "topK: none"))];
  const options = ["--metrics-every", "0 s", "--metrics", "m.om", "--spans", "t.json", "--from", "2 s", "--to", "1 s", "--ranks", "a"];
  const { code, err } = await tokenyard(["run", good, ...options, "--requests", "rows.json"]);
  expect(code).toBe(2);
  for (const option of ["--metrics-every", "--to", "--ranks", "--requests"]) expect(err).toContain(`${option}: `);
  expect(err).toMatch(/\n4 problems\n$/);
  const both = await tokenyard(["run", bad, ...options]);
  expect(both.err).toContain(`${bad}:7:24 model.experts.topK: none given`);
  expect(both.err).toMatch(/\n4 problems\n$/);
});

test("what a scenario reads is not written over: its trace, or a file that it extends", async () => {
  const trace = "arrivedSeconds,promptTokens,outputTokens\n0,8,2\n";
  const rows = file("rows.csv", trace);
  const base = file("base.yaml", SCENARIO.replace(/workload: .*\n/, "workload: { kind: trace, format: csv, path: rows.csv }\n"));
  const path = file("a.yaml", "tokenyard: 1\nextends: base.yaml\nserving: { scheduler: continuous }\n");
  const { code, err } = await tokenyard(["run", path, "--requests", rows, "--metrics", base]);
  expect(code).toBe(2);
  expect(err).toContain(`--requests: ${rows}, which ${path} reads, given; wanted a file of its own`);
  expect(err).toContain(`--metrics: ${base}, which ${path} reads, given; wanted a file of its own`);
  expect(await tokenyard(["sweep", path, "--vary", "seed=1,2", "--html", base])).toMatchObject({ code: 2, out: "" });
  expect(readFileSync(rows, "utf8")).toBe(trace);
  expect(readFileSync(base, "utf8")).toContain("kind: trace");
});

test("with --json problems are one line of JSON on standard output", async () => {
  const { code, out, err } = await tokenyard(["run", "--json", file("b.yaml", SCENARIO.replace("memory: 16 GB", "memroy: 16 GB"))]);
  expect(code).toBe(2);
  expect(err).toBe("");
  expect(out.split("\n")).toHaveLength(2);
  const { problems } = JSON.parse(out);
  expect(problems).toContainEqual({
    file: join(folder, "b.yaml"),
    line: 9,
    column: 50,
    path: "cluster.gpu.memroy",
    given: expect.any(String),
    message: expect.stringContaining("wanted "),
    suggestion: "memory",
  });
});

test("a problem that is found in the plan has its line too, and one from --set names the option", async () => {
  const path = file("a.yaml", SCENARIO.replace("expert: 2", "expert: 3"));
  expect((await tokenyard(["check", path])).err).toContain(`${path}:11:16 parallelism.expert: 3 given; wanted `);
  const other = file("b.yaml");
  expect((await tokenyard(["check", other, "--set", "parallelism.expert=3"])).err).toMatch(/^--set 1: parallelism.expert: 3 given/);
  expect((await tokenyard(["check", path, other, "--set", "seed=1", "--set", "parallelism.expert=3"])).err).toContain(
    `${other} --set 2: parallelism.expert`,
  );
});

test("what a file extends is read beside it, and a problem there names that file", async () => {
  file("base.yaml");
  const path = file("a.yaml", "tokenyard: 1\nname: extended\nextends: base.yaml\nparallelism: { expert: 1 }\n");
  expect(JSON.parse((await tokenyard(["run", "--json", path])).out)).toMatchObject({ gpus: 1, scenario: { name: "extended" } });
  file("base.yaml", SCENARIO.replace("memory: 16 GB", "memory: 16"));
  expect((await tokenyard(["run", path])).err).toContain(`${join(folder, "base.yaml")}:9:50 cluster.gpu.memory: 16 given`);
  const lost = file("b.yaml", "tokenyard: 1\nextends: lost.yaml\n");
  expect(await tokenyard(["run", lost])).toMatchObject({ code: 2, err: expect.stringContaining(`${lost}:2:1 extends: lost.yaml given; `) });
});

test("check lists which formats a Hugging Face config implied, and why", async () => {
  const config = {
    architectures: ["LlamaForCausalLM"],
    hidden_size: 64,
    intermediate_size: 128,
    num_attention_heads: 4,
    num_hidden_layers: 2,
    tie_word_embeddings: false,
    torch_dtype: "bfloat16",
    vocab_size: 100,
    quantization_config: { quant_method: "fp8" },
  };
  file("config.json", JSON.stringify(config));
  const path = file(
    "quantised.yaml",
    "tokenyard: 1\nmodel: { huggingface: config.json }\ncluster: { gpu: h100-sxm, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 8, outputTokens: 2 }\n",
  );
  const { out } = await tokenyard(["check", path]);
  expect(out).toContain("formats   fp8 weights; bf16 activations, collectives, KV cache; multiplied in fp8, bf16\n");
  expect(out).toContain("model.precision.weights fp8 (quant_method fp8), model.precision.kvCache bf16 (no format of a cache)");
  const checked = JSON.parse((await tokenyard(["check", "--json", path])).out);
  expect(checked.assumed).toContainEqual({ path: "model.precision.weights", because: "quant_method fp8" });
  expect(checked.plan.precision).toMatchObject({ weights: "fp8", kvCache: "bf16", products: ["fp8", "bf16"] });
  const report = JSON.parse((await tokenyard(["run", "--json", path])).out);
  expect(report.assumed).toEqual(checked.assumed);
});

test("check prints the plan, the memory and the warnings without running", async () => {
  const simulation = simulating(() => expect.unreachable("check runs nothing"));
  const path = file("a.yaml");
  const { code, out } = await tokenyard(["check", path], { simulation });
  expect(code).toBe(0);
  expect(out).toMatch(/^small: no problem/);
  const checked = JSON.parse((await tokenyard(["check", "--json", path], { simulation })).out);
  const ran = JSON.parse((await tokenyard(["run", "--json", path])).out);
  expect(checked.plan).toEqual(ran.plan);
  expect(checked.scenario).toEqual({ name: ran.scenario.name, hash: ran.scenario.hash });
  const { kvUsed: _, workspaceUsed: __, used: ___, share: ____, ...setAside } = ran.memory; // what is used, only a run knows
  expect(checked.memory).toMatchObject(setAside);
});

test("--out writes report and resolved scenario, from which the same report comes again", async () => {
  const out = join(folder, "reports");
  const printed = await tokenyard(["run", file("a.yaml"), "--out", out]);
  expect(readdirSync(out)).toEqual(["small"]);
  const place = (name: string) => join(out, "small", name);
  expect(readFileSync(place("report.txt"), "utf8")).toBe(printed.out);
  const again = await tokenyard(["run", "--json", place("scenario.yaml")]);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(readFileSync(place("report.json"), "utf8")));
  expect((await tokenyard(["replay", place("report.json")])).code).toBe(0);
});

test("two scenarios of one name cannot share --out, and nothing runs", async () => {
  const simulation = simulating(() => expect.unreachable("nothing may run"));
  const first = file("a.yaml");
  const second = file("b.yaml", SCENARIO.replace("name: small", "name: Small"));
  const { code, err } = await tokenyard(["run", first, second, "--out", join(folder, "reports")], { simulation });
  expect(code).toBe(2);
  expect(err).toContain(`${second}: name: Small given; wanted another name than that of ${first}`);
  expect(existsSync(join(folder, "reports"))).toBe(false);
});

test("a table that is no Parquet file is a mistake like others, and reported beside those of other scenarios", async () => {
  file("cut.parquet", "PAR1 and no more");
  const tabled = file("a.yaml", SCENARIO.replace("cluster:\n", "cluster:\n  kernels: { kind: table, files: [cut.parquet] }\n"));
  const { code, err } = await tokenyard(["run", tabled, file("b.yaml", "tokenyard: 2\n")]);
  expect(code).toBe(2);
  expect(err).toMatch(/cut\.parquet: no Parquet file, or one that was cut short$/m);
  expect(err).toContain("b.yaml:1:1 tokenyard: 2 given; wanted 1");
});

test("a table that is no Parquet file is reported once, and hides nothing of the scenarios that name it", async () => {
  const cut = file("cut.parquet", "PAR1 and no more");
  const kernels = (text: string) => text.replace("cluster:\n", "cluster:\n  kernels: { kind: table, files: [none.csv] }\n");
  const [first, second] = ["a.yaml", "b.yaml"].map((name) => file(name, kernels(`${SCENARIO}sede: 1\n`)));
  const { code, err } = await tokenyard(["check", first!, second!, "--set", `cluster.kernels.files=[${cut}]`]);
  expect(code).toBe(2);
  expect(err.match(/cut\.parquet/g)).toEqual(["cut.parquet"]);
  expect(err.match(/sede: unknown key/g)).toHaveLength(2);
  expect(err).toMatch(/^3 problems$/m);
});

test("--spans writes a trace of the window and ranks that were asked for", async () => {
  const spans = join(folder, "trace.json");
  const endOf = (json: string) => measured(JSON.parse(json).horizonSeconds, "s");
  const slices = () => (JSON.parse(readFileSync(spans, "utf8")).traceEvents as { ph: string }[]).filter(({ ph }) => ph === "X").length;
  expect((await tokenyard(["run", file("a.yaml"), "--spans", spans])).code).toBe(0);
  const all = slices();
  await tokenyard(["run", file("a.yaml"), "--spans", spans, "--ranks", "1"]);
  const one = slices();
  const late = await tokenyard(["run", file("a.yaml"), "--spans", spans, "--from", "1000 s", "--json"]);
  expect(slices()).toBe(0);
  expect(late).toMatchObject({ code: 0, err: `${spans}: no spans, as no op ran in that time; the run ended at ${endOf(late.out)}\n` });
  expect(one).toBeGreaterThan(0);
  expect(one).toBeLessThan(all);
  expect(readdirSync(folder).sort()).toEqual(["a.yaml", "trace.json"]);
});

test("--spans takes one scenario, and ranks that there are", async () => {
  const spans = join(folder, "trace.json");
  const path = file("a.yaml");
  expect((await tokenyard(["run", path, path, "--spans", spans])).err).toContain("--spans: 2 scenarios given; wanted one scenario");
  expect((await tokenyard(["run", path, "--spans", spans, "--ranks", "0-2"])).err).toContain(
    "--ranks: rank 2 given; wanted ranks from 0 to 1",
  );
  expect(existsSync(spans)).toBe(false);
});

test("--ranks counts over both pools where prefill and decode are apart", async () => {
  const path = file("apart.yaml", `${SCENARIO}pools: [{ role: prefill }, { role: decode }]\nserving: { scheduler: continuous }\n`);
  const spans = join(folder, "trace.json");
  const ranksOf = async (ranks: string) => {
    const { code, err } = await tokenyard(["run", path, "--spans", spans, "--ranks", ranks]);
    if (code !== 0) return err;
    const { traceEvents } = JSON.parse(readFileSync(spans, "utf8")) as { traceEvents: { ph: string; pid: number; tid: number }[] };
    // of the two nodes: requests are a process of their own, and stand in it whatever the ranks
    return [...new Set(traceEvents.filter(({ ph, pid }) => ph === "X" && pid < 2).map(({ pid, tid }) => `${pid}/${Math.floor(tid / 2)}`))];
  };
  expect(await ranksOf("0")).toEqual(["0/0"]);
  expect(await ranksOf("2-3")).toEqual(["1/2", "1/3"]);
  expect(await ranksOf("4")).toContain("--ranks: rank 4 given; wanted ranks from 0 to 3");
});

test("a place that cannot be written is the user's to know: exit code 2 and the reason", async () => {
  const path = file("a.yaml");
  expect(await tokenyard(["run", path, "--out", path])).toMatchObject({
    code: 2,
    err: expect.stringContaining("a file stands where a folder is wanted"),
  });
  const spans = join(folder, "nowhere/trace.json");
  expect(await tokenyard(["run", path, "--spans", spans])).toMatchObject({ code: 2, err: expect.stringContaining("no such folder") });
});

test("replay prints the first places that differ, and another version", async () => {
  const report = JSON.parse((await tokenyard(["run", "--json", file("a.yaml")])).out);
  expect(await tokenyard(["replay", "-"], { input: JSON.stringify(report) })).toEqual({
    code: 0,
    out: "stdin: the same report\n",
    err: "",
  });
  const changed = { ...report, version: "0.0.1", gpus: 3, tokens: { ...report.tokens, prompt: 5 } };
  expect(await tokenyard(["replay", "-"], { input: JSON.stringify(changed) })).toEqual({
    code: 1,
    out: `stdin: not the same report\n  gpus: 3 kept, 2 now\n  tokens.prompt: 5 kept, ${8 * 64} now\n`,
    err: `made by tokenyard 0.0.1, replayed by ${report.version}\n`,
  });
});

test("what is no report cannot be replayed, and a report whose scenario is broken says where", async () => {
  expect(await tokenyard(["replay", "-"], { input: "tokenyard: 1" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: not JSON; "),
  });
  expect((await tokenyard(["replay", "-"], { input: " \n" })).err).toContain("stdin: empty; wanted a report");
  const line = (await tokenyard(["run", "--json", file("a.yaml")])).out;
  expect(await tokenyard(["replay", "-"], { input: `${line}${line}` })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: 2 reports, one a line; wanted one, as `tokenyard run --json`"),
  });
  expect(await tokenyard(["replay", "-"], { input: "[null]" })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: not a report; "),
  });
  const broken = { scenario: { resolved: { tokenyard: 1 } } };
  expect(await tokenyard(["replay", "-"], { input: JSON.stringify(broken) })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: scenario.resolved.model: nothing given; wanted "),
  });
  expect(await tokenyard(["replay", folder])).toMatchObject({ code: 2, err: expect.stringContaining("a directory; wanted a file") });
  const whole = JSON.parse((await tokenyard(["run", "--json", file("a.yaml")])).out);
  expect(await tokenyard(["replay", "-"], { input: JSON.stringify({ ...whole, seeds: null }) })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: not a report; "),
  });
  expect(await tokenyard(["replay", "-"], { input: JSON.stringify({ ...whole, seeds: { count: 10_001 } }) })).toMatchObject({
    code: 2,
    err: expect.stringContaining("stdin: seeds.count: 10001 given; wanted at most 10000: "),
  });
});

test("schema prints the JSON Schema of scenarios, or of reports", async () => {
  const scenario = JSON.parse((await tokenyard(["schema"])).out);
  expect(Object.keys(scenario.properties)).toContain("parallelism");
  expect((await tokenyard(["schema", "scenario"])).out).toBe((await tokenyard(["schema"])).out);
  expect(Object.keys(JSON.parse((await tokenyard(["schema", "report"])).out).properties)).toContain("ttftSeconds");
  expect((await tokenyard(["schema", "setup"])).code).toBe(2);
});

test("a fault of ours ends in 3 and names time, event, seed and scenario", async () => {
  const path = file("a.yaml");
  const simulation = simulating(
    (): Run => ({
      advance: () => {
        throw Object.assign(new Error("time runs backwards"), { timeNs: 41, event: { kind: "op-finished", stage: 2 } });
      },
      progress: () => ({ events: 17, nowNs: 42, finished: 0, requests: 8 }),
      recording: () => expect.unreachable("it never ends"),
    }),
  );
  const { code, out, err } = await tokenyard(["run", path, "--seed", "5"], { simulation });
  expect(code).toBe(3);
  expect(out).toBe("");
  expect(err).toMatch(/^A fault of tokenyard, not of the scenario: Error: time runs backwards\n/);
  for (const line of [
    `file: ${path}`,
    "scenario: small",
    "seed: 5",
    "events: 17",
    "timeNs: 41",
    'event: {"kind":"op-finished","stage":2}',
  ]) {
    expect(err).toContain(`\n  ${line}\n`);
  }
  expect(err).toMatch(/\n {4}at /);
});

test("what only the run shows to be impossible is bad input all the same, at its place", async () => {
  const slow = SCENARIO.replaceAll(/bandwidth: \d+ GB\/s/g, "bandwidth: 1 B/s").replace("promptTokens: 64", "promptTokens: 1000000");
  const path = file("slow.yaml", slow);
  const { code, out, err } = await tokenyard(["run", path]);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(`${path}:12:1 workload: more than 104 days of simulated time given; wanted a run that ends within 104 days`);
  const { problems } = JSON.parse((await tokenyard(["run", "--json", path])).out);
  expect(problems).toMatchObject([{ file: path, line: 12, column: 1, path: "workload" }]);
});

test("more spans than a trace should hold are refused, with what would narrow them", async () => {
  const simulation = simulating(
    (): Run => ({
      advance: () => {
        throw new simulator.TooManySpans(5_000_000);
      },
      progress: () => ({ events: 0, nowNs: 0, finished: 0, requests: 8 }),
      recording: () => expect.unreachable("it never ends"),
    }),
  );
  const spans = join(folder, "trace.json");
  const { code, err } = await tokenyard(["run", file("a.yaml"), "--spans", spans], { simulation });
  expect(code).toBe(2);
  expect(err).toContain("--spans: more than 5,000,000 spans given; wanted fewer: a narrower --from, --to or --ranks");
  expect(existsSync(spans)).toBe(false);
});

test("a word that is no command or option ends in 2, with the nearest that is", async () => {
  expect(await tokenyard(["rnu"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Did you mean run?") });
  expect(await tokenyard(["run", "--jsno", "x"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Did you mean --json?") });
  for (const words of [
    ["help", "rnu"],
    ["rnu", "--help"],
    ["rnu", "-h"],
  ])
    expect(await tokenyard(words)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Did you mean run?") });
  expect(await tokenyard(["help", "help"])).toEqual(await tokenyard(["--help"]));
  expect(await tokenyard(["help", "nosuch"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("unknown command 'nosuch'") });
  for (const seed of ["-1", "1.5", "a", "9007199254740992", ""]) {
    expect(await tokenyard(["run", "x", `--seed=${seed}`])).toMatchObject({ code: 2, err: expect.stringContaining("--seed") });
  }
  expect((await tokenyard(["run"])).code).toBe(2);
});

test.each([
  ["run", "--out"],
  ["run", "--spans"],
  ["sweep", "--out"],
  ["sweep", "--html"],
  ["optimize", "--out"],
  ["optimize", "--html"],
])("%s %s with an empty name ends in 2: it would mean the working directory", async (command, option) => {
  const { code, out, err } = await tokenyard([command, "plan.yaml", option, " "]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/argument ' ' is invalid\. wanted a name/);
});

test("with --json a wrong command line is a problem on standard output too, and nothing is said beside it", async () => {
  for (const args of [
    ["run", "x", "--json", "--seed", "a"],
    ["run", "--json"],
    ["check", "x", "--json", "--jsn"],
    ["rnu", "--json"],
  ]) {
    const { code, out, err } = await tokenyard(args);
    expect({ code, err }).toEqual({ code: 2, err: "" });
    const { problems } = JSON.parse(out);
    expect(problems).toEqual([
      { file: "command line", line: null, column: null, path: "", given: null, message: expect.any(String), suggestion: null },
    ]);
    expect(problems[0].message).not.toMatch(/^error|\n/);
  }
});

test("help and version are results: on standard output, exit code 0", async () => {
  for (const args of [[], ["--help"], ["help"], ["run", "--help"], ["help", "check"]]) {
    expect(await tokenyard(args)).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: tokenyard/), err: "" });
  }
  expect(await tokenyard(["--version"])).toEqual({ code: 0, out: `${simulator.VERSION}\n`, err: "" });
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest.version).toBe(simulator.VERSION);
});

test("the help of a command is the same whether the others are made beside it or not", async () => {
  const { out } = await tokenyard(["--help"]);
  const names = [...out.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, name]) => name!).filter((name) => name !== "help");
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) expect((await tokenyard([name, "--help"])).out, name).toBe((await tokenyard(["help", name])).out);
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as simulator from "@tokenyard/simulator";
import { caseFront, optimum } from "@tokenyard/study";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { Simulation } from "../runs/simulation.ts";
import { loadScenarioFile } from "../scenarios/scenario-file.ts";

const SCENARIO = `${SMALL_PLAN}workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 32, to: 64 }, outputTokens: 4 }
targets: { ttft: 10 s }
`;
const GOALS = ["--minimize", "ttft", "--minimize", "gpus"];
const FEW = ["--max-gpus", "4", "--workers", "1"];

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "optimize-"));
  path = join(folder, "a.yaml");
  writeFileSync(path, SCENARIO);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("optimize --json prints what the library finds, the answer first", async () => {
  const { code, out, err } = await tokenyard(["optimize", path, ...GOALS, ...FEW, "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const found = JSON.parse(out);
  expect(Object.keys(found).slice(0, 6)).toEqual(["best", "front", "examined", "pruned", "infeasible", "exhaustive"]);
  expect(Object.keys(found.best)).toEqual(["parameters", "objectives", "uncertainty", "report"]);
  const objectives = [
    { text: "ttft", better: "less" },
    { text: "gpus", better: "less" },
  ] as const;
  const wanted = await optimum(loadScenarioFile(path).scenario, { objectives, maxGpus: 4 });
  expect(found).toEqual(JSON.parse(JSON.stringify(wanted)));
  expect(found.front.length).toBeGreaterThan(1);
});

test("objectives count in the order of the command line, and constraints take the place of the targets", async () => {
  const asked = async (...options: string[]) => {
    const { objectives, constraints } = JSON.parse((await tokenyard(["optimize", path, ...FEW, "--json", ...options])).out);
    return [objectives.map(({ text, better }: { text: string; better: string }) => `${better} ${text}`), constraints];
  };
  expect(await asked("--maximize", "throughputPerGpu", "--minimize", "ttft")).toEqual([
    ["more throughputPerGpu", "less ttft"],
    ["ttft <= 10 s", "droppedShare <= 1 %"],
  ]);
  expect(await asked("--minimize", "gpus", "--subject-to", "ttft.p50 <= 1 s", "--subject-to", "gpus >= 2")).toEqual([
    ["less gpus"],
    ["ttft.p50 <= 1 s", "gpus >= 2", "droppedShare <= 1 %"],
  ]);
  expect((await asked("--minimize", "gpus", "--subject-to", "gpus >= 2", "--targets"))[1]).toContain("ttft <= 10 s");
});

test("--vary reads the tables that it names, and reports one that is not there", async () => {
  for (const [name, row] of [
    ["even", "1,1,1,1"],
    ["skewed", "5,1,1,1"],
  ])
    writeFileSync(join(folder, `${name}.csv`), `${row}\n${row}\n`);
  const asked = (...values: string[]) => {
    const vary = `routing.gate=${values.map((name) => `{ kind: recorded, file: ${name}.csv }`).join(",")}`;
    return ["optimize", path, "--maximize", "ttft", "--vary", vary, "--vary", "parallelism.expert=2", "--max-gpus", "2", "--workers", "1"];
  };
  const { code, out, err } = await tokenyard([...asked("even", "skewed"), "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const { best } = JSON.parse(out);
  expect(best.parameters["routing.gate"]).toMatch("skewed.csv");
  expect(best.report.scenario.resolved.routing.gate.file.rows).toEqual([
    [5, 1, 1, 1],
    [5, 1, 1, 1],
  ]);
  const left = expect.stringContaining("1 cannot be, as routing.gate.file: none.csv given; wanted a file that can be read");
  expect(await tokenyard(asked("even", "none"))).toMatchObject({ code: 0, out: left });
});

test("on the page a plan stands on the front when it holds the constraints, whatever the targets say", async () => {
  const page = join(folder, "page.html");
  const constraints = ["--subject-to", "gpus >= 4", "--subject-to", "droppedShare <= 100 %"];
  const args = ["optimize", path, ...GOALS, ...FEW, ...constraints, "--html", page, "--json"];
  const { front } = JSON.parse((await tokenyard(args)).out);
  const study = JSON.parse(/id="study">(.*?)<\/script>/.exec(readFileSync(page, "utf8"))![1]!);
  const gpusOf = ({ values }: { values: number[] }) => values[study.metrics.findIndex(({ name }: { name: string }) => name === "gpus")];
  expect(study.demands).toBe("constraints");
  expect(study.rows.some(({ met }: { met: boolean }) => !met)).toBe(true); // of two GPUs, which meet the target
  for (const row of study.rows) expect(row.met).toBe(gpusOf(row) === 4);
  const { x, y } = study.goals;
  const onPage: readonly { readonly values: readonly number[] }[] = caseFront(study.rows, [
    { at: y, better: "less" },
    { at: x, better: "less" },
  ]) as never;
  const pairs = (rows: readonly (readonly (number | null)[])[]) => [...new Set(rows.map((row) => JSON.stringify(row)))].sort();
  expect(pairs(onPage.map(({ values }) => [values[y]!, values[x]!]))).toEqual(
    pairs(front.map(({ objectives }: { objectives: Record<string, number> }) => [objectives["ttft"]!, objectives["gpus"]!])),
  );
});

test("the text has the best plan beside the front and the given one, what is the same in all, and how sure it is", async () => {
  const { code, out } = await tokenyard(["optimize", path, ...GOALS, ...FEW]);
  expect(code).toBe(0);
  expect(out).toMatch(/^optimum of small: least ttft, then least gpus\nsubject to ttft <= 10 s, droppedShare <= 1 %\n/);
  expect(out).toMatch(/^best {2}/m);
  expect(out).toMatch(/^front {2}/m);
  expect(out).toMatch(/^given {2}/m);
  expect(out).toMatch(/^all with .*parallelism\.pipeline 1/m);
  expect(out).toContain("the scenario's own plan holds all of them\n");
  expect(out).toContain("gpus; ● on the Pareto front");
  expect(out).toMatch(/\n\d+ plans run, .*: no plan is better, and the front is whole\n/);
});

test("when no plan holds the constraints, that is said, with what the given plan misses", async () => {
  const { code, out } = await tokenyard(["optimize", path, "--minimize", "gpus", "--subject-to", "ttft <= 1 ns", ...FEW]);
  expect(code).toBe(1);
  expect(out).toContain("no plan holds the constraints\n");
  expect(out).toContain("the scenario's own plan misses ttft <= 1 ns\n");
});

test("one value of another path is looked at, and not the scenario's own", async () => {
  const args = ["optimize", path, "--maximize", "throughputPerGpu", ...FEW, "--json", "--vary"];
  const found = JSON.parse((await tokenyard([...args, "workload.sequences=4"])).out);
  const same = JSON.parse((await tokenyard([...args, "parallelism.data=1,2,3,4", "--set", "workload.sequences=4"])).out);
  expect(found.best.report.scenario.resolved.workload.sequences).toBe(4);
  expect(found.front.map(({ report }: { report: { ttftSeconds: object } }) => report.ttftSeconds)).toEqual(
    same.front.map(({ report }: { report: { ttftSeconds: object } }) => report.ttftSeconds),
  );
  const none = JSON.parse((await tokenyard([...args, "workload.sequences=0"])).out);
  expect([none.best, none.infeasible]).toEqual([null, 1]);
});

test("where the scenario's own plan lies outside of what is searched, the text says so", async () => {
  const args = ["optimize", path, "--minimize", "ttft.mean", ...FEW, "--vary", "parallelism.expert=4"];
  const none = await tokenyard([...args, "--budget", "1"]);
  expect(none.out).toContain("no plan was run beside the scenario's own, which is not among those that were searched");
  expect(none.out).toMatch(/^only the scenario's own plan was run, \d+ not looked at: there may be an answer among the others$/m);
});

test("a budget of points ends the search, which then does not say that it is sure", async () => {
  const options = ["--minimize", "e2e.mean", ...FEW, "--budget", "2"];
  const found = JSON.parse((await tokenyard(["optimize", path, ...options, "--json"])).out);
  expect(found.examined).toBe(2);
  expect([found.exhaustive, found.left > 0]).toEqual([false, true]);
  expect((await tokenyard(["optimize", path, ...options])).out).toMatch(
    /2 plans run, (.*, )?\d+ not looked at: there may be better ones\n/,
  );
  const none = JSON.parse((await tokenyard(["optimize", path, "--minimize", "e2e.mean", ...FEW, "--budget", "1 ns", "--json"])).out);
  expect(none.examined).toBeLessThanOrEqual(1);
});

/** The simulator, but of which every run from the `from`-th on has no end. */
function endless(from: number): { simulation: Simulation; abandoned: () => number } {
  let runs = 0;
  let slices = 0;
  const start: Simulation["start"] = (setup, options) => {
    const run = simulator.start(setup, options);
    if (++runs < from) return run;
    const advance = () => {
      slices++;
      return true;
    };
    return { advance, progress: () => run.progress(), recording: () => expect.unreachable("it has no end") };
  };
  return { simulation: { ...simulator, start }, abandoned: () => slices };
}

test.for([1, 3])(
  "a budget of seconds gives up what is under way, here run %i, and what was found is printed",
  { tags: "long" },
  async (from) => {
    const { simulation, abandoned } = endless(from);
    const args = ["optimize", path, "--minimize", "e2e.mean", ...FEW, "--budget", "2 s", "--json"];
    const { code, out, err } = await tokenyard(args, { simulation });
    expect([code, err]).toEqual(from === 1 ? [3, "nothing ran: no plan came to its end\n"] : [0, ""]);
    const found = JSON.parse(out);
    expect([found.examined, found.failed, found.exhaustive, found.proven]).toEqual([from - 1, 0, false, false]);
    expect(found.left).toBeGreaterThan(0);
    expect(found.best === null).toBe(from === 1);
    const slices = abandoned();
    expect(slices).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(abandoned()).toBe(slices); // nothing runs on behind the answer
  },
);

test("what a study file has is not run again, and mistakes make no file", async () => {
  const out = join(folder, "study.duckdb");
  const args = ["optimize", path, ...GOALS, ...FEW, "--json", "--out", out];
  const first = await tokenyard(args);
  const simulation = { ...simulator, start: () => expect.unreachable("all is there") };
  const again = await tokenyard([...args, "--resume"], { simulation });
  expect(again.out).toBe(first.out);
  const { best, constraints, proven } = JSON.parse(first.out);
  const question = "select best, objectives, constraints, nearest, certificate, proven from answer";
  const [row] = (await tokenyard(["query", out, question, "--json"])).out.trim().split("\n");
  const kept = Object.fromEntries(
    Object.entries(JSON.parse(row!)).map(([key, text]) => [key, typeof text === "string" ? JSON.parse(text) : text]),
  );
  expect(kept).toEqual({ best: best.parameters, objectives: best.objectives, constraints, nearest: null, certificate: null, proven });
  expect(again.err).toMatch(/has \d+ points of this study\n$/);
  const other = await tokenyard(["sweep", path, "--vary", "parallelism.tensor=1", "--out", out, "--resume"]);
  expect(other.err).toContain("holds a study by optimize, not by sweep");
  const wrong = join(folder, "wrong.duckdb");
  expect((await tokenyard(["optimize", path, "--minimize", "gpus", "--subject-to", "ttft <=", "--out", wrong])).code).toBe(2);
  expect(existsSync(wrong)).toBe(false);
});

test("mistakes are reported together, each with its option", async () => {
  const { code, err } = await tokenyard([
    "optimize",
    path,
    "--minimize",
    "tft",
    "--budget",
    "soon",
    "--vary",
    "parallelism.tensr=1",
    "--vary",
    "parallelism.tensor=0..0.5",
    "--vary",
    "workload.sequences=1..x",
    "--subject-to",
    "ttft <= 3",
    "--maximize",
    "gpus <= 2",
    "--resume",
  ]);
  expect(code).toBe(2);
  expect(err).toMatch(/^--minimize: unknown name tft .*did you mean ttft\?$/m);
  expect(err).toMatch(
    /^--budget: soon given; wanted points, as 200, seconds, as '90 s', or the most of the plans left out that may be better, as '5 %'$/m,
  );
  expect(err).toMatch(/^--vary: .*unknown path parallelism\.tensr/m);
  expect(err).toMatch(/^--resume: nothing given/m);
  expect(err).toMatch(/^--vary: parallelism\.tensor: .*wanted values, or a range with a step$/m);
  expect(err).toMatch(/^--vary: workload\.sequences: 1\.\.x given; /m);
  expect(err).toMatch(/^--subject-to 1: a number without a unit at column 9 of /m);
  expect(err).toMatch(/^--maximize: gpus <= 2 given; wanted a number/m);
  expect(err).toMatch(/\n8 problems\n$/);
  const illegal = await tokenyard([
    "optimize",
    path,
    "--minimize",
    "gpus",
    "--vary",
    "parallelism.tensor=3",
    "--out",
    join(folder, "no.db"),
  ]);
  expect([illegal.code, illegal.err]).toEqual([
    2,
    expect.stringMatching(/^--vary: parallelism\.tensor: 3 given; wanted a divisor of the expert hidden size 128/),
  ]);
  expect(existsSync(join(folder, "no.db"))).toBe(false);
  const none = await tokenyard(["optimize", path, "--minimize", "gpus", "--vary", "parallelism.attention.tensor=3"]);
  expect([none.code, none.err]).toEqual([2, expect.stringMatching(/^--vary: parallelism: nothing given; wanted degrees that divide/)]);
  const later = await tokenyard(["optimize", path, "--minimize", "gpus", "--subject-to", "gpus >= 1", "--subject-to", "ttft <= 3"]);
  expect(later.err).toMatch(/^--subject-to 2: a number without a unit at column 9 of /);
  const values = await tokenyard(["optimize", path, "--minimize", "gpus", "--vary", "parallelism.tensor=1..x"]);
  expect(values.err).toMatch(/^--vary: parallelism\.tensor: 1\.\.x given; /);
  expect((await tokenyard(["optimize", path])).err).toMatch(/^--minimize: nothing given; wanted something to make small/);
});

const SERVED = `tokenyard: 1
model: qwen3-30b-a3b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, rate: 10 requests/s, requests: 12, promptTokens: 200, outputTokens: 8 }
`;

test("a plan under load says how its engine is launched with it, and no plan is looked at that it cannot be launched with", async () => {
  const served = join(folder, "served.yaml");
  writeFileSync(served, SERVED);
  const only = ["--vary", "parallelism.expert=2,4", "--vary", "parallelism.attention.tensor=2", "--vary", "parallelism.data=2"];
  const asked = ["optimize", served, "--minimize", "gpus", "--max-gpus", "8", "--workers", "1", ...only];
  const { code, out, err } = await tokenyard(asked);
  expect([code, err]).toEqual([0, ""]);
  const line = "vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 2 --enable-expert-parallel";
  expect(out).toContain(`launch (each of 2 copies, 2 GPUs): ${line}\n`);
  const study = join(folder, "served.duckdb");
  const found = JSON.parse((await tokenyard([...asked, "--json", "--out", study])).out);
  const [kept] = (await tokenyard(["query", study, "select certificate from answer", "--json"])).out.trim().split("\n");
  expect(JSON.parse(JSON.parse(kept!).certificate)).toEqual(found.certificate);
  expect(found.launch).toMatchObject({ for: "vllm", servers: [{ role: "all", copies: 2, gpus: 2, line }], remarks: [] });
  expect(found.launch.files[0].text).toContain("--port 8002");
  const ideal = JSON.parse(
    (
      await tokenyard([
        ...asked,
        "--json",
        "--set",
        "engine=ideal",
        "--set",
        "serving.scheduler={ kind: continuous, tokenBudget: 8192, maxSequences: 64 }",
      ])
    ).out,
  );
  expect(ideal).not.toHaveProperty("launch");
  const plans = [found, ideal].map(({ examined, pruned, infeasible }) => examined + pruned + infeasible);
  expect(plans).toEqual([3, 4]); // expert 2 in 1 and 2 stages, and expert 4; vLLM does not share experts' ranks, as expert 2 × tensor 2 does
  writeFileSync(served, SERVED.replace("qwen3-30b-a3b", `${/model:([\s\S]*?)cluster/.exec(SMALL_PLAN)![1]}`.trimEnd()));
  const nameless = JSON.parse((await tokenyard([...asked, "--json"])).out);
  expect(nameless.launch).toEqual({ for: "vllm", refused: [expect.stringContaining("--model: a model without a name of the hub")] });
});

test("a plan whose flags state degrees is searched and launched as one whose keys do", async () => {
  const served = join(folder, "flags.yaml");
  const asked = ["optimize", served, "--minimize", "gpus", "--max-gpus", "2", "--vary", "parallelism.data=1", "--workers", "1", "--json"];
  const outcomes: object[] = [];
  for (const stated of ["engine: { name: vllm, flags: { tensor-parallel-size: 2 } }", "engine: vllm\nparallelism: { tensor: 2 }"]) {
    writeFileSync(served, `${SERVED}${stated}\n`);
    const { best, examined, pruned, infeasible, launch } = JSON.parse((await tokenyard(asked)).out);
    outcomes.push({ best: best.parameters, examined, pruned, infeasible, launch: launch.servers });
  }
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]).toMatchObject({ launch: [{ role: "all" }] });
});

test("text, JSON, page and query recommend one plan, by constraints, objectives and headroom, and the front is the same", async () => {
  const served = join(folder, "front.yaml");
  writeFileSync(served, `${SERVED}targets: { ttft.p99: 200 ms }\n`);
  const [page, study] = [join(folder, "front.html"), join(folder, "front.duckdb")];
  const asked = ["optimize", served, "--minimize", "gpus", "--minimize", "tpot.mean", "--max-gpus", "2", "--workers", "1"];
  const found = JSON.parse((await tokenyard([...asked, "--json", "--html", page, "--out", study])).out);
  const { parameters } = found.best;
  const [line] = (await tokenyard(["query", study, "select best from answer", "--json"])).out.trim().split("\n");
  expect(JSON.parse(JSON.parse(line!).best)).toEqual(parameters);
  const shown = JSON.parse(/id="study">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"))![1]!);
  const row = shown.rows.find(({ index }: { index: number }) => index === shown.recommended);
  const texts = Object.fromEntries(shown.parameters.map(({ path: of }: { path: string }, i: number) => [of, row.parameters[i]]));
  expect(texts).toMatchObject(parameters);
  const { out } = await tokenyard(asked);
  const [head, , best] = out.slice(out.indexOf("       ")).split("\n");
  const named = head!.trim().split(/\s{2,}/);
  const cells = best!.replace(/^best\s+/, "").split(/\s{2,}/);
  for (const [i, name] of named.entries())
    for (const [path, value] of Object.entries(parameters))
      if (path.endsWith(`.${name}`) || path === name) expect([name, cells[i]]).toEqual([name, String(value)]);
  expect(found.front[0].parameters).toEqual(parameters); // the first objective decides
  const sure = found.front.filter(({ uncertainty }: { uncertainty: Record<string, unknown> }) => uncertainty["tpot.mean"] !== null).length;
  expect(out.match(/^ {2}(best|front, row \d+): tpot\.mean /gm)).toHaveLength(sure);
  expect(sure).toBeGreaterThan(1);
});

test("--html writes a page with every plan that was run", async () => {
  const page = join(folder, "plans.html");
  const found = JSON.parse((await tokenyard(["optimize", path, ...GOALS, ...FEW, "--html", page, "--json"])).out);
  const study = JSON.parse(/id="study">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"))![1]!);
  expect(study.rows.length).toBeGreaterThanOrEqual(found.examined);
  expect(study.metrics.slice(0, 2).map(({ name }: { name: string }) => name)).toEqual(["ttft", "gpus"]);
  expect(study.goals).toEqual({ x: 1, y: 0 });
});

test("where plans hold the constraints and none has what is to be made small, the answer says so", { tags: "long" }, async () => {
  const { out } = await tokenyard(["optimize", path, "--minimize", "maskedShare", "--subject-to", "ttft <= 10 s", ...FEW]); // nothing masks
  expect(out).toContain("no plan that holds the constraints has a value of maskedShare\n");
  expect(out).toContain("the scenario's own plan holds all of them");
  expect(out).not.toContain("no plan holds");
});

test("what no plan can have a value of is refused before any is run, with what is lacking, each at its option", async () => {
  const objectives = ["--minimize", "gpus", "--minimize", "2 * cost", "--maximize", "energyPerToken", "--minimize", "queue.p99"];
  const { code, out, err } = await tokenyard(["optimize", path, ...objectives, ...FEW]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(
    "--minimize: 2 * cost given; wanted a price of the GPUs, such as cluster.gpu.cost: 2 USD/h\n" +
      "--maximize: energyPerToken given; wanted the power of the GPUs, as cluster.gpu.power\n" +
      "--minimize: queue.p99 given; wanted requests that are served as they come, as serving.scheduler: continuous\n" +
      "3 problems\n",
  );
  const under = async (...conditions: string[]) =>
    await tokenyard(["optimize", path, "--minimize", "gpus", ...conditions.flatMap((each) => ["--subject-to", each]), ...FEW]);
  expect((await under("ttft <= 10 s", "gpus <= 2 and cost * 2 <= 1 USD/h")).err).toBe(
    "--subject-to 2: gpus <= 2 and cost * 2 <= 1 USD/h given; wanted a price of the GPUs, such as cluster.gpu.cost: 2 USD/h\n1 problem\n",
  );
  expect((await under("gpus <= 2 or cost <= 1 USD/h")).code).toBe(0); // may hold without one
  const targeted = ["--set", "targets.cost=1 USD/h"];
  const { err: ofTargets } = await tokenyard(["optimize", path, "--minimize", "gpus", ...targeted, ...FEW]);
  expect(ofTargets).toContain("targets: cost <= 1 USD/h given; wanted a price of the GPUs");
  const varied = await tokenyard(["optimize", path, "--minimize", "cost", "--vary", "cluster.gpu.cost=1 USD/h", ...FEW]);
  expect(varied.code).toBe(0); // where a varied value gives it, it is looked for
});

test("an objective is asked for once, in one direction", async () => {
  const { code, err } = await tokenyard(["optimize", path, "--minimize", "gpus", "--maximize", "ttft", "--maximize", "gpus", ...FEW]);
  expect([code, err]).toEqual([2, "--maximize: gpus given; wanted each objective once, in one direction\n1 problem\n"]);
});

test("a search ends in 1 when no plan holds the constraints, with --strict and without", async () => {
  const args = ["optimize", path, "--minimize", "gpus", "--max-gpus", "2", "--workers", "1", "--subject-to"];
  expect((await tokenyard([...args, "ttft <= 1 ns"])).code).toBe(1);
  expect((await tokenyard([...args, "ttft <= 1 ns", "--strict"])).code).toBe(1);
  expect((await tokenyard([...args, "ttft <= 10 s", "--strict"])).code).toBe(0);
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as simulator from "@tokenyard/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SMALL_PLAN } from "../fixtures/small-plan.ts";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { Simulation } from "../runs/simulation.ts";

const SCENARIO = `${SMALL_PLAN}seed: 3
workload: { kind: batch, sequences: 8, promptTokens: { kind: uniform, from: 8, to: 640 }, outputTokens: 4 }
targets: { ttft: 10 s }
`;
/** In this thread, so that the simulation of a test is asked. */
const ALONE = ["--workers", "1"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seeds-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string = SCENARIO): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("run --replications prints means with their intervals, and of each file on its own", async () => {
  const paths = [file("a.yaml"), file("b.yaml", SCENARIO.replace("name: small", "name: other"))];
  const { code, out, err } = await tokenyard(["run", ...paths, "--replications", "4", ...ALONE]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^small · 2 GPUs · seeds 3 to 6 · /);
  expect(out).toContain("\nother · 2 GPUs · seeds 3 to 6 · ");
  expect(out).toMatch(/✓ ttft .* met$/m);
  const { out: json } = await tokenyard(["run", ...paths, "--replications", "4", "--json", ...ALONE]);
  const reports = json.trimEnd().split("\n");
  expect(reports.map((line) => JSON.parse(line).scenario.name)).toEqual(["small", "other"]);
  const one = JSON.parse((await tokenyard(["run", paths[0]!, "--replications", "1", "--json"])).out);
  const { seeds, targets, ...first } = JSON.parse(reports[0]!);
  const { conclusion } = one; // that of several seeds speaks of them
  expect({ ...first, conclusion, targets: one.targets }).toEqual(one);
  expect(first.conclusion.sentences[0]).toMatch(/^Met \(4 seeds\): /);
  expect(targets).toMatchObject([{ name: "ttft", met: true, actual: seeds.estimates["ttftSeconds.max"].value }]);
  expect(seeds).toMatchObject({ count: 4, first: 3, targets: [{ name: "ttft", metric: "ttftSeconds.max", met: 4, verdict: "met" }] });
});

test("one replication is a run of its own, and says that other seeds give other numbers", async () => {
  const { out } = await tokenyard(["run", file("a.yaml"), "--replications", "1"]);
  expect(out).toMatch(/^small · 2 GPUs · seed 3 · /);
  expect(out).toContain("\nOne seed  other seeds give other numbers");
});

test("where no seeds are stated there are 32 of a short run and 8 of a long one, by the estimate, and one beside a file of a single run", async () => {
  const path = file("a.yaml");
  const seeds = async (...options: string[]) => {
    const { code, out } = await tokenyard(["run", path, "--json", ...ALONE, ...options]);
    expect(code).toBe(0);
    return JSON.parse(out).seeds?.count;
  };
  expect(await seeds()).toBe(32);
  expect(await seeds("--requests", join(folder, "r.csv"))).toBe(undefined);
  expect(await seeds("--metrics", join(folder, "m.txt"))).toBe(undefined);
  const long: Simulation = {
    ...simulator,
    prepare: (...args) => ({ ...simulator.prepare(...args), workSeconds: 1 }), // estimated at a second
  };
  expect(JSON.parse((await tokenyard(["run", path, "--json", ...ALONE], { simulation: long })).out).seeds.count).toBe(8);
  const { code, err } = await tokenyard(["run", path, "--precision", "5 %", "--spans", join(folder, "t.json")]);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("--spans: --precision given; wanted one seed") });
});

test("--out keeps the report of all seeds, and replay runs them all again", async () => {
  const out = join(folder, "out");
  expect((await tokenyard(["run", file("a.yaml"), "--replications", "3", "--out", out, ...ALONE])).code).toBe(0);
  expect(readFileSync(join(out, "small/report.txt"), "utf8")).toContain("seeds 3 to 5");
  const kept = join(out, "small/report.json");
  const report = JSON.parse(readFileSync(kept, "utf8"));
  expect(report.seeds.count).toBe(3);
  expect(await tokenyard(["replay", kept, ...ALONE])).toMatchObject({ code: 0, err: "" });
  report.seeds.estimates["ttftSeconds.mean"].value *= 2;
  writeFileSync(kept, JSON.stringify(report));
  const { code, out: replayed } = await tokenyard(["replay", kept, ...ALONE]);
  expect(code).toBe(1);
  expect(replayed).toContain("seeds.estimates.ttftSeconds.mean.value:");
});

test("spans and requests are of one seed: with several they are refused before anything runs, and so are seeds that there are not", async () => {
  const path = file("a.yaml");
  const [spans, requests] = [join(folder, "t.json"), join(folder, "r.csv")];
  const { code, err } = await tokenyard(["run", path, "--replications", "8", "--spans", spans, "--requests", requests]);
  expect(code).toBe(2);
  for (const option of ["--spans", "--requests"]) expect(err).toContain(`${option}: 8 replications`);
  expect([spans, requests].map((each) => existsSync(each))).toEqual([false, false]);
  const last = String(Number.MAX_SAFE_INTEGER - 1);
  expect(await tokenyard(["run", path, "--replications", "3", "--seed", last])).toMatchObject({
    code: 2,
    err: expect.stringContaining("at most 2: the last seed is 9007199254740991"),
  });
  expect((await tokenyard(["run", path, "--replications", "0"])).code).toBe(2);
});

test("precision is a key of the scenario too, for run and sweep; the option wins, and one seed stays one", async () => {
  const path = file("a.yaml", `${SCENARIO}precision: 60 %\n`);
  const seeds = async (...options: string[]) => JSON.parse((await tokenyard(["run", path, "--json", ...ALONE, ...options])).out).seeds;
  expect(await seeds()).toMatchObject({ count: 32, precision: { wanted: 0.6, reached: true } });
  expect(await seeds("--precision", "70 %")).toMatchObject({ precision: { wanted: 0.7 } });
  expect(await seeds("--replications", "1")).toBe(undefined);
  const sweep = ["sweep", path, "--vary", "workload.sequences=4,8", ...ALONE];
  const { code, out } = await tokenyard(sweep);
  expect(code).toBe(0);
  expect(out).toContain("2 points: 2 ran, means of as many seeds as ± 60 % takes, at most 1,024, ± half a 95 % interval");
  expect(out).toContain(" index  seeds  sequences ");
  expect(out.match(/^●? +(?:0|32) +32 +/gm)).toHaveLength(2); // each point took 32
  const rows = (await tokenyard([...sweep, "--json"])).out.trimEnd().split("\n");
  expect(rows).toHaveLength(64);
  expect(await tokenyard([...sweep, "--shard", "1/2"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--precision: --shard too given"),
  });
});

test("more seeds than anyone has use for are refused before any runs", async () => {
  const [a, b] = [file("a.yaml"), file("b.yaml")];
  const load = SCENARIO.replace(
    /workload: .*/,
    "workload: { kind: closed, requests: 4, concurrency: 2, promptTokens: 8, outputTokens: 2 }",
  );
  const commands = [
    ["run", a],
    ["sweep", a, "--vary", "workload.sequences=2,4"],
    ["compare", a, b],
    ["capacity", file("load.yaml", load), "--set", "serving.scheduler=continuous", "--subject-to", "ttft.p99 <= 1 s"],
  ];
  const err =
    "--replications: 40000 given; wanted at most 10000: a mean is then known to 2 % of how far seeds deviate from it\n1 problem\n";
  for (const command of commands) expect(await tokenyard([...command, "--replications", "40000"])).toMatchObject({ code: 2, out: "", err });
});

test("under --strict a bound for every request that one seed misses is missed", async () => {
  const means = JSON.parse((await tokenyard(["run", file("a.yaml"), "--replications", "4", "--json", ...ALONE])).out).seeds.estimates;
  const { value: mean } = means["ttftSeconds.max"];
  const close = file("b.yaml", SCENARIO.replace("ttft: 10 s", `ttft: ${mean * 1e6} us`));
  const { code, out } = await tokenyard(["run", close, "--replications", "4", "--strict", ...ALONE]);
  expect(code).toBe(1);
  expect(out).toMatch(/✗ ttft .* missed in [1-3] of 4 seeds$/m);
  expect((await tokenyard(["run", close, "--replications", "4", ...ALONE])).code).toBe(0);
});

test("Ctrl-C ends the seeds that are under way: nothing is printed or written, exit code 130", async () => {
  let prepared = 0;
  const simulation: Simulation = {
    ...simulator,
    prepare: (scenario, policies) => {
      prepared++;
      if (prepared === 3) process.emit("SIGINT"); // the file itself, seed 3, seed 4
      return simulator.prepare(scenario, policies);
    },
  };
  const out = join(folder, "out");
  const ended = await tokenyard(["run", file("a.yaml"), "--replications", "50", "--out", out, ...ALONE], { simulation });
  expect(ended).toEqual({ code: 130, out: "", err: "interrupted\n" });
  expect(prepared).toBeLessThan(6);
  expect(existsSync(out)).toBe(false);
});

test("a fault in one seed names the seed with which it comes again", async () => {
  const simulation: Simulation = {
    ...simulator,
    start: (setup, options) => {
      if (setup.scenario.seed === 5) throw new Error("time runs backwards");
      return simulator.start(setup, options);
    },
  };
  const { code, err } = await tokenyard(["run", file("a.yaml"), "--replications", "4", ...ALONE], { simulation });
  expect(code).toBe(3);
  expect(err).toMatch(/time runs backwards[\s\S]*seed: 5\n/);
});

test("--precision runs seeds until two looks in a row are narrow, or says that none was", async () => {
  const path = file("a.yaml");
  const { out } = await tokenyard(["run", path, "--precision", "50 %", "--json", ...ALONE]);
  const { seeds } = JSON.parse(out);
  expect(seeds).toMatchObject({ count: 32, precision: { wanted: 0.5, reached: true, watched: ["ttftSeconds.max"] } });
  const kept = file("kept.json", out);
  expect(await tokenyard(["replay", kept, ...ALONE])).toMatchObject({ code: 0 });
  const few = await tokenyard(["run", path, "--precision", "0.01 %", "--replications", "4", ...ALONE]);
  expect(few.out.replaceAll(/\s+/g, " ")).toContain("was asked for and not reached with 4 seeds");
  expect(await tokenyard(["run", path, "--precision", "much"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("--precision: much"),
  });
});

test("under --strict seeds that do not say whether a target is met end with 4, and one that is missed with 1", async () => {
  const load = SCENARIO.replace(
    /workload: .*\ntargets: .*/,
    "workload: { kind: open, rate: 1000 requests/s, requests: 40, promptTokens: { kind: lognormal, mean: 100, sigma: 1.5 }, outputTokens: 4 }\nserving: { scheduler: continuous }\ntargets: { ttft.p99: 1 ms }",
  );
  const path = file("load.yaml", load);
  const seeds = ["--replications", "8", ...ALONE];
  const { p99 } = JSON.parse((await tokenyard(["run", path, ...seeds, "--json"])).out).ttftSeconds;
  const at = async (seconds: number) => tokenyard(["run", path, ...seeds, "--strict", "--set", `targets.ttft.p99=${seconds * 1e6} us`]);
  expect((await at(p99 * 1.05)).code).toBe(4);
  expect((await at(p99 * 1.05)).out).toMatch(/\? ttft\.p99 .*\(at least .* not enough evidence: try 16 seeds$/m);
  expect((await at(p99 * 1000)).code).toBe(0);
  expect((await at(p99 * 1000)).out).toMatch(/met by far$/m);
  expect((await at(p99 / 1000)).code).toBe(1);
});

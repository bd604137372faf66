import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { afterAll, describe, expect, test } from "vitest";
import { tokenyard } from "../fixtures/tokenyard.ts";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import { loadSettings, withLoad, withObjective } from "./asked-load.ts";

const home = mkdtempSync(join(tmpdir(), "loads-"));
afterAll(() => rmSync(home, { recursive: true }));
const TREE = {
  tokenyard: 1,
  name: "chat",
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: { preset: "h100-sxm" }, network: { preset: "hgx-h100-ndr" } },
  workload: { kind: "open", requests: 40, rate: "2 requests/s", arrivals: "constant", promptTokens: 800, outputTokens: 50 },
  serving: { scheduler: { kind: "continuous" } },
  targets: { "ttft.p99": "400 ms", "tpot.p99": "15 ms" },
};
const scenario = parseScenario(TREE);

function under(
  options: Parameters<typeof withLoad>[1],
  of: Scenario = scenario,
): { readonly load: Scenario; readonly problems: LocatedProblem[] } {
  const problems: LocatedProblem[] = [];
  return { load: withLoad(of, options, problems), problems };
}

describe("a load that the command line asks for", () => {
  test("has the lengths of the scenario, and of an open load its arrivals and requests", () => {
    const { workload } = under({ rate: "9 requests/s" }).load;
    expect(workload).toEqual({ ...scenario.workload, rate: 9 });
  });

  test("of 20 users has four requests each, of which the first does not count: 80, and a quarter; they think at random", () => {
    const { workload, measure } = under({ users: 20, think: "3 s" }).load;
    expect(workload).toMatchObject({ kind: "closed", concurrency: 20, requests: 80, thinkTime: { kind: "exponential", mean: 3 } });
    expect(measure?.warmUp).toBe(0.25);
  });

  test("of 5 users keeps the 40 requests of the scenario: an eighth is the first of each", () => {
    const { workload, measure } = under({ users: 5 }).load;
    expect(workload).toMatchObject({ kind: "closed", requests: 40 });
    expect(measure?.warmUp).toBe(0.125);
  });

  test.each([{ users: 20, think: "3 s" }, { users: 5 }, { rate: "9 requests/s" }])(
    "is what its settings make of the file: %o",
    async (options) => {
      const file = join(home, "settings.yaml");
      writeFileSync(file, JSON.stringify(TREE));
      const { load } = under(options);
      const settings = loadSettings(scenario, load).flatMap((each) => ["--set", each]);
      const { code, out } = await tokenyard(["run", file, ...settings, "--replications", "1", "--json"]);
      expect([code, out]).toEqual([0, expect.anything()]);
      const resolved = JSON.parse(JSON.stringify(resolvedOf(load)));
      const { workload, measure } = JSON.parse(out).scenario.resolved;
      expect({ workload, measure }).toEqual({ workload: resolved.workload, measure: resolved.measure });
      expect(loadSettings(load, load)).toEqual([]);
    },
  );

  test("needs lengths of single requests", () => {
    const turns = { kind: "sessions", sessions: 3, rate: "1 requests/s", turns: 2, promptTokens: 10, outputTokens: 10 };
    const { problems } = under({ users: 5 }, parseScenario({ ...TREE, workload: turns }));
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("not sessions")]);
  });
});

test("the answer opens with how many GPUs carry the load, and with what fewer do", async () => {
  const file = join(home, "chat.yaml");
  writeFileSync(file, JSON.stringify(TREE));
  const args = [
    "optimize",
    file,
    "--minimize",
    "gpus",
    "--max-gpus",
    "2",
    "--vary",
    "parallelism.data=1,2",
    "--vary",
    "parallelism.tensor=1",
  ];
  const { code, out } = await tokenyard([...args, "--rate", "24 requests/s"]);
  expect(code).toBe(0);
  expect(out.split("\n")[3]).toMatch(
    /^2 GPUs \(2 replicas, a GPU each\) carry 24 requests\/s at ttft\.p99 [\d.]+ ms, tpot\.p99 [\d.]+ ms; no plan of 1 that was run does \(ttft\.p99 .*\)\.$/,
  );
  const { carried, best } = JSON.parse((await tokenyard([...args, "--rate", "24 requests/s", "--json"])).out);
  expect(`${carried}.`).toBe(out.split("\n")[3]);
  expect(best.objectives.gpus).toBe(2);
});

test("the fewest GPUs for 500 users are those of a search that runs every plan which may win", { tags: "long" }, async () => {
  const file = new URL("../../../../scenarios/closed-loop/scenario.yaml", import.meta.url).pathname;
  const args = ["optimize", file, "--minimize", "gpus", "--users", "500", "--think", "2 s", "--json"];
  const [found, all] = [await tokenyard(args), await tokenyard([...args, "--no-formula"])].map(({ out }) => JSON.parse(out));
  expect(found.best.report.gpus).toBe(4);
  expect(found.best).toEqual(all.best);
  expect(found.certificate.smallerNotRun).toBe(0);
});

test("where a budget ends a search, it says how many plans of fewer GPUs were not run", async () => {
  const file = join(home, "four.yaml");
  writeFileSync(file, JSON.stringify({ ...TREE, parallelism: { data: 4 } }));
  const args = ["optimize", file, "--max-gpus", "4", "--vary", "parallelism.data=1,2,3,4", "--vary", "parallelism.tensor=1"];
  const lineOf = async (budget: string) => (await tokenyard([...args, "--rate", "24 requests/s", "--budget", budget])).out.split("\n")[3];
  const carries = "^4 GPUs \\(4 replicas, a GPU each\\) carry 24 requests/s at [^;]*; ";
  expect(await lineOf("1")).toMatch(new RegExp(`${carries}5 plans of fewer GPUs were not run\\.$`));
  expect(await lineOf("2")).toMatch(
    new RegExp(`${carries}no plan of 1 that was run does \\(.*\\), and 4 plans of fewer GPUs were not run\\.$`),
  );
});

test("a load alone asks for the fewest GPUs, and what is asked for is not added to", async () => {
  const gpus = { text: "gpus", better: "less" } as const;
  const throughput = { text: "throughputPerGpu", better: "more" } as const;
  expect(withObjective({ users: 3, objectives: [] })).toEqual({ users: 3, objectives: [gpus] });
  expect(withObjective({ rate: "3 requests/s", objectives: [] }).objectives).toEqual([gpus]);
  expect(withObjective({ users: 3, objectives: [throughput] }).objectives).toEqual([throughput]);
  expect(withObjective({ objectives: [] }).objectives).toEqual([]);
  const file = join(home, "chat.yaml");
  writeFileSync(file, JSON.stringify(TREE));
  const few = ["--max-gpus", "1", "--budget", "1", "--vary", "parallelism.tensor=1"];
  const { code, out } = await tokenyard(["optimize", file, ...few, "--users", "4", "--think", "1 s"]);
  expect([code, out.split("\n")[0]]).toEqual([0, "optimum of chat: least gpus"]);
  const none = await tokenyard(["optimize", file, ...few]);
  expect(none.err).toMatch(/^--minimize: nothing given; wanted .* or a load, as --users 500\n1 problem\n$/);
});

test("mistakes of the load come at once, each once", async () => {
  const file = join(home, "chat.yaml");
  writeFileSync(file, JSON.stringify(TREE));
  const { code, err } = await tokenyard(["optimize", file, "--minimize", "gpus", "--rate", "3", "--users", "4", "--think", "x"]);
  expect(code).toBe(2);
  expect(err.split("\n").filter((line) => line.startsWith("--"))).toEqual([
    "--rate: 3 given; wanted a rate, such as '20 requests/s'",
    "--users: 4 given; wanted either --rate or --users",
    "--think: x given; wanted a time, such as '30 s'",
  ]);
});

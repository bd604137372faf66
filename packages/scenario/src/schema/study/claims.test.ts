import { describe, expect, test } from "vitest";
import { loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { messageOf, Problems, placeText } from "../../problems/problem.ts";
import { resolvedOf } from "../../resolved.ts";

const PLAN = `tokenyard: 1
model: plan-model
cluster: { gpu: plan-card, network: { kind: two-tier, node: { bandwidth: 450 GB/s, latency: 2 us }, fabric: { bandwidth: 50 GB/s, latency: 5 us } } }
workload: { kind: batch, sequences: 4, promptTokens: 8, outputTokens: 2 }
`;

function problemsOf(more: string): string[] {
  try {
    loadScenario(PLAN + more, { read: () => "", path: "p" });
    return [];
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
}

describe("a claim", () => {
  test("is kept word for word in the resolved scenario, less the spelling of its tolerance", () => {
    const { scenario } = loadScenario(
      `${PLAN}claims:
  - { id: a, text: quick, claimed: 10 ms, metric: { prefill: ttft, decode: tpot }, tolerance: 5.0 %, given: { routing.gate: { kind: zipf, exponent: 1 } } }
  - { id: b, text: sum, claimed: 3, from: [x + 1, a / 5 ms], inputs: { x: 2 }, over: { workload.sequences: "1..4" } }
deployment:
  gpu_groups: { pipeline_stages: 8 }
  readings: { twice: { parallelism.data: 2 } }
`,
      { read: () => "" },
    );
    const { claims, deployment } = resolvedOf(scenario) as { claims: unknown; deployment: unknown };
    expect(claims).toEqual([
      {
        id: "a",
        text: "quick",
        claimed: "10 ms",
        comparison: "=",
        tolerance: "5 %",
        metric: { prefill: "ttft", decode: "tpot" },
        given: { "routing.gate": { kind: "zipf", exponent: 1 } },
      },
      {
        id: "b",
        text: "sum",
        claimed: 3,
        comparison: "=",
        from: ["x + 1", "a / 5 ms"],
        inputs: { x: 2 },
        over: { "workload.sequences": "1..4" },
      },
    ]);
    expect(deployment).toEqual({ gpu_groups: { pipeline_stages: 8 }, readings: { twice: { "parallelism.data": 2 } } });
    expect(parseScenario(resolvedOf(scenario))).toEqual(scenario);
  });

  test.each([
    [
      "an id that no formula could name",
      "- { id: a b, text: x, claimed: 1, metric: gpus }",
      "p:6:7 claims.0.id: a b given; wanted a word of letters, digits, - and _, such as weights-per-gpu",
    ],
    [
      "a value in a unit that there is not",
      "- { id: a, text: x, claimed: 1 GX, metric: gpus }",
      "p:6:23 claims.0.claimed: 1 GX given; wanted a number, or a quantity with its unit, such as 100 tokens/ms",
    ],
    [
      "a tolerance under nothing",
      "- { id: a, text: x, claimed: 1, metric: gpus, tolerance: -1 % }",
      "p:6:49 claims.0.tolerance: -1 % given; wanted a quantity in %, such as 60 %, from 0 % to 99 %",
    ],
    [
      "a tolerance that admits everything",
      "- { id: a, text: x, claimed: 1, metric: gpus, tolerance: 100 % }",
      "p:6:49 claims.0.tolerance: 100 % given; wanted a quantity in %, such as 60 %, from 0 % to 99 %",
    ],
    [
      "a tolerance of a bound",
      "- { id: a, text: x, claimed: 1, comparison: <=, metric: gpus, tolerance: 1 % }",
      "p:6:65 claims.0.tolerance: 1 % given; wanted none beside <=: a bound has no tolerance",
    ],
    [
      "a good side of a bound",
      "- { id: a, text: x, claimed: 1, comparison: <=, metric: gpus, better: less }",
      "p:6:65 claims.0.better: less given; wanted none beside <=: a bound says itself which side is good",
    ],
    [
      "a ratio of nothing",
      "- { id: a, text: x, claimed: 1, from: '1', against: { parallelism.data: 2 } }",
      "p:6:46 claims.0.against: { parallelism.data: 2 } given; wanted a metric beside it, of which the ratio is taken",
    ],
    [
      "a root that is no claim",
      "- { id: a, text: x, claimed: 1, metric: gpus, root: b }",
      "p:6:49 claims.0.root: b given; wanted the id of another claim",
    ],
    [
      "itself for a root",
      "- { id: a, text: x, claimed: 1, metric: gpus, root: a }",
      "p:6:49 claims.0.root: a given; wanted the id of another claim",
    ],
    [
      "another comparison",
      "- { id: a, text: x, claimed: 1, comparison: ==, metric: gpus }",
      "p:6:35 claims.0.comparison: == given; wanted =, <= or >=; did you mean =?",
    ],
    [
      "nothing to hold it against",
      "- { id: a, text: x, claimed: 1 }",
      "p:6:5 claims.0.metric: nothing given; wanted a metric or `from`, to hold the claim against",
    ],
    [
      "a key misspelt",
      "- { id: a, text: x, claimed: 1, metrc: gpus, from: '1' }",
      "p:6:35 claims.0.metrc: unknown key given; wanted one of 14 keys; did you mean metric?",
    ],
  ])("with %s is reported at its place", (_, claim, message) => {
    expect(problemsOf(`claims:\n  ${claim}\n`)).toEqual([message]);
  });

  test("is judged under at most eight readings", () => {
    const readings = Array.from({ length: 9 }, (_, i) => `r${i}: { parallelism.data: 1 }`).join(", ");
    expect(problemsOf(`deployment:\n  readings: { ${readings} }\n`)).toEqual([
      expect.stringMatching(/^p:6:3 deployment\.readings: \{ r0: .* given; wanted at most 8 readings$/),
    ]);
  });

  test("has an id of its own", () => {
    const claim = "- { id: a, text: x, claimed: 1, metric: gpus }";
    expect(problemsOf(`claims:\n  ${claim}\n  ${claim}\n`)).toEqual([
      "p:7:7 claims.1.id: a given; wanted an id of its own: another claim has it",
    ]);
  });

  test("that is doubled is reported beside what else is wrong with the claims", () => {
    const claims = ["- { id: a, text: x, claimed: 1, metric: gpus }", "- { id: a, text: x, claimed: 1, metrc: gpus, from: '1' }", "- 5"];
    expect(problemsOf(`claims:\n  ${claims.join("\n  ")}\n`).map((message) => message.split(":").slice(0, 3).join(":"))).toEqual([
      "p:7:7 claims.1.id",
      "p:7:35 claims.1.metrc",
      "p:8:5 claims.2",
    ]);
  });
});

test("a key that the plan's configuration does not have is reported with the nearest", () => {
  expect(problemsOf("deployment: { gpu_groups: { pipeline_stage: 8 } }\n")).toEqual([
    "p:5:29 deployment.gpu_groups.pipeline_stage: unknown key given; wanted one of tensor_parallel_groups, pipeline_stages, expert_parallel_groups; did you mean pipeline_stages?",
  ]);
});

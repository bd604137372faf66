import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { fitted } from "../fitted-scenario.contract.ts";
import { late } from "../laws/late-scenario.contract.ts";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { executorContract, executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { Simulation } from "../simulation.ts";

executorContract("schedules of pipelines", pipelinedScenario, 6);
const withExperts = pipelinedScenario.filter(({ model }) => model.experts !== undefined);
executorContract("schedules of pipelines, of models with experts", withExperts, 8);
executorContract("schedules of pipelines, of kernels fitted to measured ones", pipelinedScenario.map(fitted), 4);

executorContract("schedules of pipelines, with a front end", late(pipelinedScenario), 6);

test("who decodes goes on while the next request is in the front end", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 4, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { pipeline: 2 },
    workload: { kind: "open", requests: 12, rate: "500 requests/s", promptTokens: 20, outputTokens: 40 },
    serving: { scheduler: "continuous", stepOverhead: { arrival: "5 ms" } },
  });
  expect(executorDifferences(scenario)).toEqual([]);
});

const DENSE = { dense: { hiddenSize: 64, matrices: 3 } };
const EXPERTS = { experts: { count: 4, topK: 2, hiddenSize: 64 } };

test.for([DENSE, EXPERTS])("schedules of pipelines take events by what happens to requests, and not by their tokens: %o", (layers) => {
  const events = (outputTokens: number, executor: "form" | "loop") => {
    const scenario = parseScenario({
      tokenyard: 1,
      model: { layers: 4, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, ...layers },
      cluster: {
        gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
        network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
      },
      parallelism: { pipeline: 4 },
      routing: { gate: "balanced" },
      workload: { kind: "batch", sequences: 4, promptTokens: 20, outputTokens },
      serving: { scheduler: "continuous" },
    });
    const simulation = new Simulation(prepare(scenario), { executor });
    simulation.advance(Number.POSITIVE_INFINITY);
    return simulation.progress().events;
  };
  expect(events(1000, "form")).toBeLessThan(10);
  expect(events(1000, "loop")).toBeGreaterThan(events(100, "loop") * 8);
});

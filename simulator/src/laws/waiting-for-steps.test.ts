import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// When waiting requests join a step: docs/models/scheduling.md#waiting-for-steps.

const HOST = { step: "10 ms" };

/** First tokens in whole milliseconds, of requests each 25 ms after the one before it; a step takes 10 ms of the host, and next to nothing else. */
function firstTokens(keys: object, scheduler = "continuous"): number[] {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 64, matrices: 2 } },
    cluster: {
      gpu: { compute: "1000 TFLOPS", bandwidth: "100 TB/s", memory: "10 GB", launch: "0 s" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    workload: { kind: "open", requests: 3, rate: "40 requests/s", arrivals: "constant", promptTokens: 10, outputTokens: 100 },
    serving: { scheduler, stepOverhead: HOST, ...keys },
  });
  return Array.from(run(prepare(scenario), { rows: true }).requests.firstTokenNs, (ns) => Math.round(ns / 1e6));
}

test("a scheduler one step ahead delays each prompt by one step, but the first, which finds no other", () => {
  // steps end at 35, 45, 55, …: the second comes at 50, the third at 75
  expect(firstTokens({})).toEqual([35, 65, 85]);
  expect(firstTokens({ stepsAhead: 1 })).toEqual([35, 75, 95]);
});

test("an interval of receiving delays prompts until the next look: after steps with prompts, and each fourth that only decodes", () => {
  // the step from 25 has a prompt; looks at 35, and four steps later a little after 75, when the third has come
  expect(firstTokens({ receiveInterval: 4 })).toEqual([35, 85, 85]);
});

test("prompts that wait for others go on together", () => {
  // the second waits from 55 on, for three steps; the third comes at 75, before the step from 85
  expect(firstTokens({ batchWait: { steps: 3 } })).toEqual([35, 95, 95]);
});

test("who is alone waits for no step: a run of one user is the same with all of these keys", () => {
  const keys = { stepsAhead: 1, receiveInterval: 7, batchWait: { steps: 5, share: 1 }, dataGroups: undefined };
  fc.assert(
    fc.property(loadedScenario, (drawn) => {
      const { workload } = drawn;
      fc.pre(workload.kind === "closed" && drawn.pools === undefined && drawn.parallelism.pipeline === 1);
      const alone = { ...drawn, workload: { ...workload, concurrency: 1 } } as Scenario;
      const plain = { stepsAhead: undefined, receiveInterval: undefined, batchWait: undefined, dataGroups: undefined };
      const [without, withAll] = [plain, keys].map((each) => {
        const scenario = { ...alone, serving: { ...alone.serving, ...each } } as Scenario;
        return run(prepare(scenario), { rows: true }).requests;
      });
      expect(withAll).toEqual(without);
    }),
    { numRuns: drawnCases(12) },
  );
});

test("a batch that is dealt out has no such steps: each key is refused", () => {
  expect(() => firstTokens({ stepsAhead: 1, batchWait: { steps: 3 } }, "static")).toThrow(
    /serving.stepsAhead: stepsAhead beside scheduler: static given; wanted no such key, or a scheduler that serves requests as they come[\s\S]*serving.batchWait/,
  );
});

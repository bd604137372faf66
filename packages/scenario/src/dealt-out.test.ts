import { expect, test } from "vitest";
import { dealtOutProblem } from "./dealt-out.ts";
import { parseScenario } from "./parse.ts";

const tree = (more: object) => ({
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: { compute: "1000 TFLOPS", bandwidth: "3 TB/s", memory: "80 GB" }, network: "hgx-h100-ndr" },
  workload: { kind: "open", requests: 8, rate: "8 requests/s", promptTokens: 600, outputTokens: 100 },
  ...more,
});
const problemOf = (more: object) => dealtOutProblem(parseScenario(tree(more)));

test("a scheduler that deals out a batch is what is wrong where requests come over time, and that it is the default is said", () => {
  const wanted = "continuous, prefill-first or cadence for a workload of kind open: static, the default, deals out a batch before it runs";
  const problem = { path: ["serving", "scheduler"], given: "static", wanted };
  expect(problemOf({})).toEqual(problem);
  expect(problemOf({ serving: { scheduler: "static" } })).toEqual(problem);
  expect(problemOf({ serving: { scheduler: "continuous" } })).toBeUndefined();
  expect(problemOf({ workload: { kind: "batch", sequences: 8, promptTokens: 600, outputTokens: 100 } })).toBeUndefined();
});

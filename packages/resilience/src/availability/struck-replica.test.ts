import { compilePlan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { type Cause, failureOf } from "./failure.ts";
import { DENSE_MODEL } from "./small-models.contract.ts";
import { longOutages } from "./struck-replica.ts";

const plan = compilePlan(
  parseScenario({
    tokenyard: 1,
    model: DENSE_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { tensor: 2, data: 4 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
  }),
);

test("a GPU takes one from its replica, a node all of its own from each of two; a process that hangs takes none", () => {
  const lacking = (cause: Cause, seconds: number) =>
    longOutages(failureOf(cause, 1, 0, seconds * 1e9, plan), 2, 10e9).map(({ replica, ranks, lacksGpus }) => ({
      replica,
      ranks,
      lacksGpus,
    }));
  expect(lacking("gpu", 5)).toEqual([{ replica: 0, ranks: [1], lacksGpus: true }]);
  expect(lacking("node", 5)).toEqual([
    { replica: 2, ranks: [4, 5], lacksGpus: true },
    { replica: 3, ranks: [6, 7], lacksGpus: true },
  ]);
  expect(lacking("hang", 5)).toEqual([{ replica: 0, ranks: [1], lacksGpus: false }]);
});

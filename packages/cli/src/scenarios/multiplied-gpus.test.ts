import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { multipliedGpus } from "./multiplied-gpus.ts";

const plan = (parallelism: object) =>
  parseScenario({
    tokenyard: 1,
    model: "qwen3-235b-a22b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism,
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });

test("degrees that a setting does not name stay, and the GPUs that this makes are said", () => {
  expect(multipliedGpus(plan({ expert: 16 }), plan({ expert: 16, tensor: 8 }), ["parallelism={tensor: 8}"])).toBe(
    "--set: the plan has 128 GPUs, in the file 16; expert: 16 stays as in the file unless it is set too",
  );
  expect(multipliedGpus(plan({ expert: 8, data: 2 }), plan({ expert: 8, data: 2, tensor: 4 }), ["parallelism.tensor=4"])).toBe(
    "--set: the plan has 64 GPUs, in the file 16; expert: 8 and data: 2 stay as in the file unless they are set too",
  );
});

test("fewer GPUs, or less than twice as many, are no surprise; those that a setting names itself have no reason beside them", () => {
  expect(multipliedGpus(plan({ expert: 16 }), plan({ tensor: 8 }), ["parallelism={expert: 1, tensor: 8}"])).toBeUndefined();
  expect(multipliedGpus(plan({ data: 2 }), plan({ data: 3 }), ["parallelism.data=3"])).toBeUndefined();
  expect(multipliedGpus(plan({}), plan({ data: 4 }), ["parallelism.data=4"])).toBe("--set: the plan has 4 GPUs, in the file 1");
});

import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { exchangeFormats } from "./exchange-formats.ts";
import { compilePlan } from "./plan.ts";

/** Formats of what goes to the experts and what returns; eight GPUs, each with its own tokens. */
function formats(precision: object, routing: object = {}, gpu: unknown = "h100-sxm", attention: object = { tensor: 1 }) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { preset: "qwen3-30b-a3b", precision },
    cluster: { gpu, network: "hgx-h100-ndr" },
    parallelism: { expert: 8, attention },
    routing,
    workload: { kind: "batch", sequences: 8, promptTokens: 10, outputTokens: 1 },
  });
  const { dispatch, combine } = exchangeFormats(scenario, compilePlan(scenario));
  return [dispatch, combine];
}

test("an all-to-all to experts that multiply in fp8 carries fp8 there, and 16 bits back", () => {
  expect(formats({ weights: "fp8" })).toEqual(["fp8", "bf16"]);
  expect(formats({ weights: "bf16", experts: "fp8" })).toEqual(["fp8", "bf16"]);
  expect(formats({ weights: "fp8" }, {}, "h100-sxm", { tensor: 2 })).toEqual(["fp8", "bf16"]);
});

test("anything else carries what all-reduces do: other experts, those that only unpack fp8, tokens that are gathered, and what is stated", () => {
  const sixteen = ["bf16", "bf16"];
  expect(formats({ weights: "bf16" })).toEqual(sixteen);
  expect(formats({ weights: "bf16", experts: "mxfp4" })).toEqual(sixteen);
  expect(formats({ weights: "fp8", compute: "bf16" })).toEqual(sixteen);
  expect(formats({ weights: "fp8" }, {}, "a100-80g")).toEqual(sixteen);
  expect(formats({ weights: "fp8" }, { exchange: "all-gather" })).toEqual(sixteen);
  expect(formats({ weights: "fp8" }, {}, "h100-sxm", { tensor: 8, data: 1 })).toEqual(sixteen);
  expect(formats({ weights: "fp8", dispatch: "bf16" })).toEqual(sixteen);
  expect(formats({ weights: "fp8", collectives: "fp32" })).toEqual(["fp8", "fp32"]);
});

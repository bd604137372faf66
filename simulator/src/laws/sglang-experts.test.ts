/** @module-tag long */
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { simulate } from "../simulate.ts";

/** DeepSeek-V3 on eight H200 by SGLang, so many users with 1,024 + 1,024 tokens: a short run of it. */
function report(concurrency: number, parallelism: object, exchange?: "all-gather") {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: { preset: "deepseek-v3" },
      cluster: { gpu: "h200-sxm", network: "hgx-h100-ndr", kernels: { kind: "fitted", library: "sglang", launchShare: "49 %" } },
      engine: "ideal",
      parallelism,
      routing: { gate: { kind: "grouped", groups: 8, limit: 4 }, ...(exchange && { exchange }) },
      workload: { kind: "closed", requests: concurrency, concurrency, promptTokens: 1024, outputTokens: 256 },
      serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 1024 }, stepOverhead: "sglang" },
    }),
  );
}

const sharded = { tensor: 8 };

test("with experts that eight ranks share it decodes within 15 % of what was measured: 10.3 ms of 4 users, 33 ms of 64", () => {
  // SGLang 0.5.9, whose kernels for whole experts would take 26 and 77 ms
  expect(Math.abs(report(4, sharded).tpotSeconds!.mean! / 10.292e-3 - 1)).toBeLessThan(0.15);
  expect(Math.abs(report(64, sharded).tpotSeconds!.mean! / 32.987e-3 - 1)).toBeLessThan(0.15);
});

test("a report says whose kernels stand in: whole experts have their own behind DeepEP alone, not behind a gather of all tokens or within one group", () => {
  const reported = (parallelism: object, exchange?: "all-gather") =>
    report(4, parallelism, exchange).warnings.find(({ code }) => code === "borrowed-kernels")?.message;
  const vllms = /experts in fp8 as those of vllm/;
  const groups = { expert: 8, attention: { tensor: 1 } };
  expect(reported(sharded)).toMatch(vllms);
  expect(reported(groups)).not.toMatch(/experts in fp8/);
  expect(reported(groups, "all-gather")).toMatch(vllms);
  expect(reported({ expert: 8, attention: { tensor: 8 } })).toMatch(vllms);
});

import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

function moe(changes: object = {}, gpu = "h100-sxm"): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: "qwen3-30b-a3b",
    cluster: { gpu, network: "hgx-h100-ndr", kernels: "fitted" },
    parallelism: { expert: 4, attention: { tensor: 1 } },
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 32, promptTokens: 512, outputTokens: 8 },
    ...changes,
  });
}

/** Nanoseconds of all ranks in their experts. */
function expertsNs(scenario: Scenario): number {
  const { busyNs, opKinds } = run(prepare(scenario));
  const kind = opKinds.findIndex(({ name }) => name === "experts");
  return busyNs.reduce((sum, ns, i) => (i % opKinds.length === kind ? sum + ns : sum), 0);
}

test("experts that are handed all tokens take longer than those that are sent their own", () => {
  const gathered = moe({ routing: { gate: "balanced", exchange: "all-gather" } });
  expect(expertsNs(gathered)).toBeGreaterThan(1.01 * expertsNs(moe()));
  const roofline = ({ cluster, ...rest }: Scenario): Scenario => ({ ...rest, cluster: { ...cluster, kernels: { kind: "roofline" } } });
  expect(expertsNs(roofline(gathered))).toBe(expertsNs(roofline(moe())));
});

test("kernels that were measured elsewhere are reported", () => {
  const codes = (scenario: Scenario) => prepare(scenario).warnings.map(({ code, message }) => `${code}: ${message}`);
  expect(codes(moe()).filter((each) => each.startsWith("borrowed"))).toEqual([]);
  expect(codes(moe({}, "gb200")).filter((each) => each.startsWith("borrowed"))).toEqual([
    "borrowed-kernels: some kernel times are based on measurements of others: all kernels on b200, scaled by this GPU's datasheet",
  ]);
});

import type { Scenario } from "@tokenyard/scenario";
import { loadScenarioFile, simulate } from "tokenyard";
import { expect, test } from "vitest";

const scenarioOf = (file: string) => loadScenarioFile(`bench/accuracy/deepseek/${file}`).scenario;

/** Seconds of an exchange over nodes with so many bytes for each rank to send over the fabric, by the fit of the scenario's network. */
function secondsOf({ cluster: { network }, routing }: Scenario, phase: "dispatch" | "combine", nodes: number, bytes: number): number {
  const fit = network.fits?.find(
    (each) =>
      each.kind === "exchange" && each.over === "fabric" && each.phase === phase && each.dispatch === (routing.dispatch ?? "per-token"),
  );
  if (fit?.kind !== "exchange") throw new Error("no fit");
  const { latency, perDoubling = 0, bandwidth, fill = 0, serial } = fit;
  const fixed = 25e-6 * (latency + perDoubling * Math.log2(nodes));
  const moved = bytes / (bandwidth * 47e9) + Math.min(bytes / (bandwidth * 47e9), fill);
  return (fixed + moved + Math.sqrt((fixed - moved) ** 2 + 4 * serial * fixed * moved)) / 2;
}

test("DeepSeek-V3 on H800 prefills within 10 % of what its makers published, with the bytes of a pencil", () => {
  const scenario = scenarioOf("prefill.yaml");
  const { tokens, horizonSeconds, gpus, longestOpSeconds } = simulate(scenario);
  expect(Math.abs(tokens.prompt / horizonSeconds / gpus / 7839 - 1)).toBeLessThan(0.1);
  const miss = Array.from({ length: 8 }, (_, i) => (192 - i) / (256 - i)).reduce((all, chance) => all * chance, 1); // none of 8 experts on a node
  const bytes = 8192 * 3 * (1 - miss) * 7168; // to three other nodes, in fp8; 24 multiprocessors could carry more
  expect(longestOpSeconds["dispatch"]! / secondsOf(scenario, "dispatch", 4, bytes)).toBeCloseTo(1, 2);
  expect(longestOpSeconds["combine"]! / secondsOf(scenario, "combine", 4, 2 * bytes)).toBeCloseTo(1, 2);
});

test("and decodes within 10 %", () => {
  const scenario = scenarioOf("decode.yaml");
  const { tpotSeconds, breakdown } = simulate(scenario);
  expect(Math.abs(128 / tpotSeconds!.p50! / 2324 - 1)).toBeLessThan(0.1);
  const bytes = (64 * 8 * 7168 * 120) / 128; // copies for other nodes
  const all = 2 * 58 * secondsOf(scenario, "dispatch", 16, bytes); // of two halves
  const share = breakdown.tpot!["dispatch"]! / all; // that of the first half hides behind the attention of the second
  expect(share).toBeCloseTo(0.5, 2);
});

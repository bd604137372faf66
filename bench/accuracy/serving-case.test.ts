import { loadScenarioFile, simulate } from "tokenyard";
import { expect, test } from "vitest";

const reportOf = (file: string) => simulate(loadScenarioFile(`bench/accuracy/deepseek/${file}`).scenario);

test("DeepSeek-V3 on H800 prefills within 15 % of what its makers published, with the bytes of a pencil", () => {
  const { tokens, horizonSeconds, gpus, longestOpSeconds } = reportOf("prefill.yaml");
  expect(Math.abs(tokens.prompt / horizonSeconds / gpus / 7839 - 1)).toBeLessThan(0.15);
  const miss = Array.from({ length: 8 }, (_, i) => (192 - i) / (256 - i)).reduce((all, chance) => all * chance, 1); // none of 8 experts on a node
  const bytes = 8192 * 3 * (1 - miss) * 7168; // to three other nodes, in fp8
  const seconds = (each: number) => each / 47e9 + 25e-6 * (1 + 0.2 * 2) + 7.2e-6 * (1 + 0.07 * 3); // 3 peers over the fabric, 7 in the node
  expect(longestOpSeconds["dispatch"]! / seconds(bytes)).toBeCloseTo(1, 2);
  expect(longestOpSeconds["combine"]! / seconds(2 * bytes)).toBeCloseTo(1, 2);
});

test("and decodes within 12 %", () => {
  const { tpotSeconds, breakdown } = reportOf("decode.yaml");
  expect(Math.abs(128 / tpotSeconds!.p50 / 2324 - 1)).toBeLessThan(0.12);
  const bytes = (64 * 8 * 7168 * 120) / 128; // copies for other nodes
  const all = 2 * 58 * (bytes / 47e9 + 12.8e-6 * (1 + 0.2 * 7)); // of two halves; 120 peers over the fabric
  const share = breakdown.tpot!["dispatch"]! / all; // the rest hides behind what the other half computes
  expect(share).toBeLessThan(1);
  expect(share).toBeGreaterThan(0.7);
});

import { ln, Streams } from "@tokenyard/random";
import type { LengthsSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { createArrivingRequest } from "./arriving-request.ts";
import { requestLengths } from "./request-lengths.ts";

const COUNT = 20_000;

function drawn(spec: LengthsSpec, seed = 1): { prompts: number[]; outputs: number[] } {
  const lengths = requestLengths(spec, new Streams(seed));
  const out = createArrivingRequest();
  const prompts: number[] = [];
  const outputs: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    lengths.draw(out);
    prompts.push(out.promptTokens);
    outputs.push(out.outputTokens);
  }
  return { prompts, outputs };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Pearson's correlation of the logarithms. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a.map(ln), b.map(ln)];
  const [xMean, yMean] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - xMean) * (y[i]! - yMean)));
  return covariance / Math.sqrt(mean(x.map((value) => (value - xMean) ** 2)) * mean(y.map((value) => (value - yMean) ** 2)));
}

const promptTokens = { kind: "lognormal", mean: 20_000, sigma: 1 } as const;
const outputTokens = { kind: "lognormal", mean: 9_000, sigma: 0.5 } as const;

describe("correlated lengths", () => {
  test.each([-0.8, 0, 0.6])("have the correlation %d of their logarithms, and means as written", (written) => {
    const { prompts, outputs } = drawn({ promptTokens, outputTokens, correlation: written });
    expect(Math.abs(correlation(prompts, outputs) - written)).toBeLessThan(0.03); // 4·(1 − ρ²)/√20,000 ≤ 0.028
    expect(Math.abs(mean(prompts) / 20_000 - 1)).toBeLessThan(0.04); // 4·√(e − 1)/√20,000 = 0.037
    expect(Math.abs(mean(outputs) / 9_000 - 1)).toBeLessThan(0.016); // 4·√(e^0.25 − 1)/√20,000 = 0.015
  });

  test("that are fully correlated rise together", () => {
    const { prompts, outputs } = drawn({ promptTokens, outputTokens, correlation: 1 });
    const byPrompt = prompts.map((prompt, i) => [prompt, outputs[i]!] as const).sort(([a, x], [b, y]) => a - b || x - y);
    for (let i = 1; i < COUNT; i++) expect(byPrompt[i]![1]).toBeGreaterThanOrEqual(byPrompt[i - 1]![1]);
  });

  test("have the prompts that they would have without correlation", () => {
    expect(drawn({ promptTokens, outputTokens, correlation: 0.6 }).prompts).toEqual(drawn({ promptTokens, outputTokens }).prompts);
  });

  test("keep to their bounds", () => {
    const { prompts, outputs } = drawn({
      promptTokens: { ...promptTokens, to: 100 },
      outputTokens: { ...outputTokens, from: 50_000 },
      correlation: 0.5,
    });
    expect(Math.max(...prompts)).toBe(100);
    expect(Math.min(...outputs)).toBe(50_000);
  });
});

describe("pairs", () => {
  const pairs = [
    { promptTokens: 10, outputTokens: 900, weight: 3 },
    { promptTokens: 2000, outputTokens: 4, weight: 1 },
    { promptTokens: 7, outputTokens: 7, weight: 0 },
  ];

  test("come whole, and as often as their weights say", () => {
    const { prompts, outputs } = drawn({ pairs });
    const kinds = new Set(prompts.map((prompt, i) => `${prompt} ${outputs[i]}`));
    expect(kinds).toEqual(new Set(["10 900", "2000 4"]));
    expect(Math.abs(prompts.filter((prompt) => prompt === 10).length - 15_000)).toBeLessThan(245); // 4·√(20,000·3/4·1/4)
  });
});

test("lengths that are drawn apart do not correlate", () => {
  const { prompts, outputs } = drawn({ promptTokens, outputTokens });
  expect(Math.abs(correlation(prompts, outputs))).toBeLessThan(0.03);
});

import { expect, test } from "vitest";
import { LENGTHS, PUBLISHED } from "./published.ts";
import { PUBLISHED_EXPERTS } from "./published-experts.ts";
import { expertsScenario, throughputOf } from "./throughput.ts";

const [onH100, , onTwoH100, onH200] = PUBLISHED;

/** Simulated over published, of prompts of so many tokens and outputs of so many. */
function ratio(published: typeof onH100, lengths: readonly [number, number], admission: "chunk" | "prompt" | "output"): number {
  const at = LENGTHS.findIndex(([prompt, output]) => prompt === lengths[0] && output === lengths[1]);
  return throughputOf(published!, at, admission) / published!.tokensPerSecond[at]!;
}

test("Llama on full H100 and H200 puts out within 10 % of what TensorRT-LLM publishes, where whole outputs have to fit", () => {
  for (const [published, lengths] of [
    [onH100, [20_000, 2000]],
    [onH100, [5000, 500]],
    [onTwoH100, [2048, 2048]],
    [onTwoH100, [20_000, 2000]],
    [onH200, [20_000, 2000]],
    [onH200, [5000, 500]],
  ] as const) {
    expect(Math.abs(ratio(published, lengths, "output") - 1), `${published!.name}, ${lengths[0]} + ${lengths[1]}`).toBeLessThan(0.1);
  }
});

test("a seventh of it where prompts of several chunks are begun that do not fit, and all of it where they are not", () => {
  expect(ratio(onH200, [20_000, 2000], "chunk")).toBeLessThan(0.2);
  expect(Math.abs(ratio(onH200, [20_000, 2000], "prompt") - 1)).toBeLessThan(0.1);
});

test("models with experts have a data group on each rank, gather all tokens, and pad decode steps to the sizes that the engine captures", () => {
  for (const published of PUBLISHED_EXPERTS) {
    const { parallelism, routing, serving } = expertsScenario(published, 0);
    expect(parallelism).toMatchObject({ expert: published.ranks, attention: { tensor: 1, data: published.ranks } });
    expect(routing?.exchange).toBe("all-gather");
    expect(serving?.batchSizes).toContain(384);
  }
});

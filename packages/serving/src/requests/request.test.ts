import { Streams } from "@tokenyard/random";
import type { DrawnCount } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { drawRequests } from "./request.ts";

const prompts: DrawnCount = { kind: "uniform", from: 128, to: 10_240 };
const drawn = (outputTokens: DrawnCount, seed = 1) =>
  drawRequests({ kind: "batch", sequences: 50, promptTokens: prompts, outputTokens }, new Streams(seed));

describe("a batch", () => {
  test("arrives whole at 0", () => {
    const requests = drawn({ kind: "fixed", value: 128 });
    expect(requests.count).toBe(50);
    expect(requests.arrivedNs).toEqual(new Float64Array(50));
  });

  test("has the prompts of its seed, whatever its outputs are drawn from", () => {
    const fixed = drawn({ kind: "fixed", value: 128 });
    const uniform = drawn({ kind: "uniform", from: 1, to: 500 });
    expect(uniform.promptTokens).toEqual(fixed.promptTokens);
    expect(uniform.outputTokens).not.toEqual(fixed.outputTokens);
    expect(drawn({ kind: "fixed", value: 128 }, 2).promptTokens).not.toEqual(fixed.promptTokens);
  });

  test("of fewer sequences is the beginning of a larger one", () => {
    const spec = { kind: "batch", promptTokens: prompts, outputTokens: prompts } as const;
    const few = drawRequests({ ...spec, sequences: 10 }, new Streams(1));
    const many = drawRequests({ ...spec, sequences: 20 }, new Streams(1));
    expect(many.promptTokens.subarray(0, 10)).toEqual(few.promptTokens);
    expect(many.outputTokens.subarray(0, 10)).toEqual(few.outputTokens);
  });
});

import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "../simulate.ts";
import { handLayer, microsecondsOf } from "./hand-layer.contract.ts";

// One layer of four experts, two a token, on four GPUs of a node: 100 GB/s, 1 us, two-shot all-reduces. A token's activations are
// 1000 numbers of 2 bytes; each data group has one prompt of 1000 tokens, 2 MB, and sends 500 copies to each expert.

function spent(parallelism: object, routing: object = {}, gpusPerNode = 8) {
  const report = simulate(handLayer(parallelism, routing, { sequences: sequencesOf(parallelism), gpusPerNode }));
  const us = (kind: string) => microsecondsOf(report, kind);
  return { allReduce: us("all-reduce"), dispatch: us("dispatch"), combine: us("combine") };
}

const perCopy = { dispatch: "per-copy" };

function sequencesOf({ expert = 1, tensor = 1, attention = tensor }: { expert?: number; tensor?: number; attention?: unknown }): number {
  return (expert * tensor) / (typeof attention === "number" ? attention : (attention as { tensor: number }).tensor);
}

describe("one tensor-parallel layer with experts, by hand, in us:", () => {
  test("where all ranks hold all tokens, the experts' results are all-reduced once, token by token and not copy by copy", () => {
    const once = 31; // 2 · 3/4 · 2 MB / 100 GB/s + 1; the attention's takes as long
    const expected = { allReduce: 2 * once, dispatch: 0, combine: 0 };
    expect(spent({ tensor: 4 })).toEqual(expected);
    expect(spent({ expert: 4, attention: { tensor: 4 } })).toEqual(expected);
    expect(spent({ expert: 2, tensor: 2, attention: { tensor: 4 } })).toEqual(expected);
  });

  test("in an all-to-all, ranks that share an expert add up each copy before it goes back", () => {
    // attention 2 · 1/2 · 2 MB = 20 + 1; half of a group's 2000 copies go to the other: 2 MB = 20 + 1; an expert's ranks add up 2000 copies: 4 MB = 40 + 1
    expect(spent({ expert: 2, tensor: 2 }, perCopy)).toEqual({ allReduce: 21 + 41, dispatch: 21, combine: 21 });
    expect(spent({ expert: 2, tensor: 2 }, { ...perCopy, exchange: "all-to-all", expertReduce: "before-combine" })).toEqual(
      spent({ expert: 2, tensor: 2 }, perCopy),
    );
  });

  test("token by token, the two experts of a sixth of the tokens lie on the other rank, which gets these once: 5/6 of them go there", () => {
    // 833.3 tokens: 1.667 MB = 16.667 + 1; an expert's ranks add up 1666.7 tokens: 3.333 MB = 33.333 + 1
    expect(spent({ expert: 2, tensor: 2 })).toEqual({ allReduce: 55.333, dispatch: 17.667, combine: 17.667 });
  });

  test("over two nodes a token crosses once, and is handed on there", () => {
    // four ranks with an expert each, two to a node. Per copy: 1000 copies over the fabric, 2 MB = 200 + 5, and a fifth for the second peer
    expect(spent({ expert: 4 }, perCopy, 2)).toEqual({ allReduce: 0, dispatch: 206, combine: 206 });
    // per token: 5/6 of the tokens cross, 1.667 MB = 166.667 + 5, as there is one other node; inside, 500 to the neighbour and 500 handed on, 2 MB = 20, are done meanwhile, + 1
    expect(spent({ expert: 4 }, {}, 2)).toEqual({ allReduce: 0, dispatch: 172.667, combine: 172.667 });
  });

  test("or once they are back: then a token's sum is added up, which is half of that for two experts a token", () => {
    expect(spent({ expert: 2, tensor: 2 }, { ...perCopy, expertReduce: "after-combine" })).toEqual({
      allReduce: 21 + 21,
      dispatch: 21,
      combine: 21,
    });
  });

  test("with data groups that span several experts' ranks, each place exchanges for itself and the group adds up", () => {
    // 4 ranks of experts, 2 data groups of 2: half of the copies stay; a place sends those for one expert of the other group, 500: 1 MB = 10 + 1
    expect(spent({ expert: 4, attention: { tensor: 2 } }, { sequenceParallel: "none" })).toEqual({
      allReduce: 21 + 21,
      dispatch: 11,
      combine: 11,
    });
  });

  test("where its ranks also share experts, all of an expert's return its whole sum, so that only those with the same place add up", () => {
    // 8 GPUs: attention 2 · 3/4 · 2 MB = 30 + 1; 500 copies to the expert of the other group: 10 + 1; an expert's two ranks add up 1000 copies: 20 + 1;
    // then two ranks of four hold the sums of different experts: 2 · 1/2 · 2 MB = 20 + 1. All four would count each sum twice
    const degrees = { expert: 4, tensor: 2, attention: { tensor: 4 } };
    expect(spent(degrees, perCopy)).toEqual({ allReduce: 31 + 21 + 21, dispatch: 11, combine: 11 });
    // parts of sums that return are added up by all four
    expect(spent(degrees, { ...perCopy, expertReduce: "after-combine" })).toEqual({ allReduce: 31 + 31, dispatch: 11, combine: 11 });
  });

  test("in an all-gather each data group gets the tokens of all, and adds up their results", () => {
    // the other group's 2 MB: 20 + 1, there and back; then 2 MB over the two ranks of the group
    expect(spent({ expert: 2, tensor: 2 }, { exchange: "all-gather" })).toEqual({ allReduce: 21 + 21, dispatch: 21, combine: 21 });
    // four data groups of one rank: 3 · 2 MB = 60 + 1
    expect(spent({ expert: 4, attention: { tensor: 1 } }, { exchange: "all-gather" })).toEqual({ allReduce: 0, dispatch: 61, combine: 61 });
  });

  test("where data groups share an expert, copies go to its ranks and are gathered there, and their results scattered", () => {
    // half of a group's 2000 copies: 2 MB = 20 + 1; an expert's two ranks have 4000 copies, each lacks 2000: 4 MB = 40 + 1
    expect(spent({ expert: 2, tensor: 2, attention: { tensor: 1 } }, perCopy)).toEqual({
      allReduce: 0,
      dispatch: 21 + 41,
      combine: 21 + 41,
    });
    // token by token 833.3 tokens: 16.667 + 1; and 1666.7 that come to each of the two: 33.333 + 1
    expect(spent({ expert: 2, tensor: 2, attention: { tensor: 1 } })).toEqual({ allReduce: 0, dispatch: 52, combine: 52 });
  });

  test("where they share all experts, an all-to-all is an all-gather of tokens", () => {
    const expected = { allReduce: 0, dispatch: 61, combine: 61 };
    expect(spent({ tensor: 4, attention: { tensor: 1 } })).toEqual(expected);
    expect(spent({ tensor: 4, attention: { tensor: 1 } }, { exchange: "all-gather" })).toEqual(expected);
    // two groups of two: the other's 2 MB, and 2 MB added up within the group
    expect(spent({ tensor: 4, attention: { tensor: 2 } })).toEqual({ allReduce: 21 + 21, dispatch: 21, combine: 21 });
  });
});

test("Qwen3-30B-A3B over two GPUs takes as long for the all-reduce after its experts as for the one after its attention", () => {
  const report = simulate(
    parseScenario({
      tokenyard: 1,
      model: { preset: "qwen3-30b-a3b" },
      cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
      parallelism: { tensor: 2 },
      workload: { kind: "batch", sequences: 1, promptTokens: 8192, outputTokens: 1 },
    }),
  );
  const once = report.longestOpSeconds["all-reduce"]!;
  expect(report.breakdown.ttft!["all-reduce"]).toBeCloseTo(2 * 48 * once, 12);
});

import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { winnerOf } from "./turning-point.ts";
import { why } from "./why.ts";

/** A dense model on two GPUs, split over both or a copy on each: few tokens go faster split, many faster apart. */
function plan(parallelism: object, sequences = 2, over: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 1024,
      attention: { heads: 16, kvHeads: 16, headSize: 64 },
      dense: { hiddenSize: 4096 },
    },
    cluster: {
      gpu: { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "8 GB" },
      network: { kind: "two-tier", node: { bandwidth: "50 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
    },
    parallelism,
    workload: { kind: "batch", sequences, promptTokens: 64, outputTokens: 4 },
    serving: { overlap: "none" },
    ...over,
  });
}

const at = (parallelism: object, sequences: number) => simulate(plan(parallelism, sequences));

test("the load at which the other plan wins is located, and both sides of it are what runs there have", async () => {
  const [split, apart] = [{ tensor: 2 }, { data: 2 }];
  const found = (await why(plan(split, 16), plan(apart, 16)))!;
  const { turning, metric, sentences } = found;
  expect(turning!.path).toBe("workload.sequences");
  expect(sentences.at(-1)).toBe(turning!.sentence);
  const numberOf = (parallelism: object, load: number) => {
    const { ttftSeconds, tpotSeconds, throughput } = at(parallelism, load);
    return { "ttft.mean": ttftSeconds!.mean, "tpot.mean": tpotSeconds!.mean, throughputPerGpu: throughput.tokensPerMsPerGpu }[metric];
  };
  for (const { load, a, b } of turning!.tried) expect([load, a, b]).toEqual([load, numberOf(split, load), numberOf(apart, load)]);
  const { low, high } = turning!.turn!;
  const better = metric === "throughputPerGpu" ? "more" : "less";
  expect([winnerOf(low, better), winnerOf(high, better)].sort()).toEqual(["a", "b"]);
  expect(high.load - low.load).toBeLessThanOrEqual(Math.max(1, low.load / 8));
  expect(turning!.sentence).toMatch(
    /^[ab] loses to [ab] at sequences 16, with .* against .*\. It wins from sequences \d+ (on|down) \(.*\).*; at sequences \d+ it still loses \(.*\)\.$/,
  );
});

test("a plan that never wins is said to lose at all loads that were tried", async () => {
  const slow = {
    cluster: {
      ...(resolvedOf(plan({ tensor: 2 })) as { cluster: object }).cluster,
      gpu: { compute: "50 TFLOPS", bandwidth: "500 GB/s", memory: "8 GB" },
    },
  };
  const found = (await why(plan({ tensor: 2 }), plan({ tensor: 2 }, 2, slow)))!;
  expect(found.turning!.turn).toBe(undefined);
  expect(found.turning!.sentence).toMatch(
    /^b loses to a at sequences 2, .*: its mean TPOT has \S+ us more for the dense layers\. It loses at all \d+ loads tried, from sequences 1 to sequences 16\.$/,
  );
});

test("plans with other loads, or without a difference, have no turning point", async () => {
  expect((await why(plan({ tensor: 2 }, 2), plan({ tensor: 2 }, 4)))!.turning).toBe(undefined);
  expect((await why(plan({ tensor: 2 }), plan({ tensor: 2 })))!.turning).toBe(undefined);
});

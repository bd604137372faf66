import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { chiSquare, exactMoments, tallied, tokenByToken, visitsTokenByToken } from "../draws/token-by-token.contract.ts";
import { createVisits } from "../draws/visits.ts";
import { createTokenRouter } from "../policies.ts";
import { modelOf } from "./gate.contract.ts";

/** What a gate with popularity owes: its counts at an instant, `atNs`, are those of tokens that choose one by one. `weightsOf` finds layer 0's weights again. */
export function popularityContract(
  name: string,
  gate: GateSpec,
  weightsOf: (sizes: { readonly experts: number; readonly topK: number }, streams: Streams) => Float64Array,
  atNs = 0,
): void {
  /** Counts of `tokens` tokens on 5 experts of layer 0, drawn by the gate. */
  const drawing = (topK: number, tokens: number) => {
    const streams = new Streams(21);
    const router = createTokenRouter(modelOf(5, topK), gate, streams);
    router.advance?.(atNs);
    const stream = streams.stream("routing/tokens");
    return () => {
      const out = new Float64Array(5);
      router.route(0, [tokens], stream, out);
      return out;
    };
  };
  const weightsFor = (topK: number) => weightsOf({ experts: 5, topK }, new Streams(21));

  describe(`the ${name} gate's counts`, () => {
    for (const [topK, tokens] of [
      [1, 7],
      [2, 2],
      [2, 30],
      [3, 30],
    ] as const) {
      test(`of ${tokens} tokens on ${topK} of 5 experts have the mean and covariance of tokens that choose one by one`, () => {
        const draw = drawing(topK, tokens);
        const draws = Array.from({ length: 20_000 }, draw);
        const { mean, covariance } = exactMoments(weightsFor(topK), topK);
        const average = (value: (counts: Float64Array) => number) => draws.reduce((sum, counts) => sum + value(counts), 0) / draws.length;
        const sampled = mean.map((_, e) => average((counts) => counts[e]!));
        for (let a = 0; a < 5; a++) {
          const deviation = Math.sqrt((covariance[a]![a]! * tokens) / draws.length);
          expect(Math.abs(sampled[a]! - tokens * mean[a]!)).toBeLessThanOrEqual(4.5 * deviation + 1e-9);
          for (let b = 0; b <= a; b++) {
            const together = average((counts) => counts[a]! * counts[b]!) - sampled[a]! * sampled[b]!;
            expect(Math.abs(together - tokens * covariance[a]![b]!)).toBeLessThan(0.04 * tokens * 0.25); // 0.25: the largest variance there is
          }
        }
      });
    }

    for (const [topK, tokens] of [
      [1, 4],
      [2, 2],
      [2, 8],
      [3, 4],
    ] as const) {
      test(`and visits of ${tokens} tokens on ${topK} of 5 experts on 3 ranks of 2 nodes are those of tokens that choose one by one`, () => {
        // ranks 0 and 2 are on node 0; experts 0 and 3 on rank 2, 1 and 4 on rank 0, 2 on rank 1
        const places = { rankOf: Int32Array.of(2, 0, 1, 2, 0), nodeOf: Int32Array.of(0, 1, 0), nodes: 2 };
        const streams = new Streams(21);
        const router = createTokenRouter(modelOf(5, topK), gate, streams);
        router.advance?.(atNs);
        const stream = streams.stream("routing/tokens");
        const visits = createVisits(1, places);
        const counts = new Float64Array(5);
        const fast = () => {
          router.route(0, [tokens], stream, counts, visits);
          return [...counts, ...visits.toRanks, ...visits.toNodes];
        };
        const slow = new Streams(22).stream("slow");
        const reference = visitsTokenByToken(weightsFor(topK), topK, tokens, places);
        const { statistic, freedom } = chiSquare(
          tallied(20_000, fast),
          tallied(20_000, () => reference(slow)),
        );
        expect(freedom).toBeGreaterThan(3);
        expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
      });
    }

    for (const [topK, tokens] of [
      [1, 4],
      [2, 2],
      [2, 8],
      [3, 5],
    ] as const) {
      test(`of ${tokens} tokens on ${topK} of 5 experts are jointly distributed as those of tokens that choose one by one`, () => {
        const slow = new Streams(22).stream("slow");
        const reference = tokenByToken(weightsFor(topK), topK, tokens);
        const { statistic, freedom } = chiSquare(
          tallied(20_000, drawing(topK, tokens)),
          tallied(20_000, () => reference(slow)),
        );
        expect(freedom).toBeGreaterThan(3);
        expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom)); // mean and deviation of χ²
      });
    }
  });
}

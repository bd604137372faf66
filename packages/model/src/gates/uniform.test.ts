import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { expertCapacity } from "../capacity/capacity.ts";
import { loadVariance } from "../capacity/load-balance.ts";
import { createOverflow, createTokenRouter } from "../policies.ts";
import { gateContract, modelOf } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

gateContract("uniform", () => ({ kind: "uniform" }));
popularityContract("uniform", { kind: "uniform" }, ({ experts }) => new Float64Array(experts).fill(1 / experts));

/** Calls `observe` with the counts [experts] of `draws` micro-batches of `tokens` tokens. */
function drawn(experts: number, topK: number, tokens: number, draws: number, observe: (counts: Float64Array) => void): void {
  const streams = new Streams(7);
  const router = createTokenRouter(modelOf(experts, topK), { kind: "uniform" }, streams);
  const counts = new Float64Array(experts);
  for (let draw = 0; draw < draws; draw++) {
    router.route(0, [tokens], streams.stream("routing/tokens"), counts);
    observe(counts);
  }
}

test("load variance is about √((E − 1)/T): with 16 experts its mean square reaches (20 %)² at 375 tokens", () => {
  let squares = 0;
  drawn(16, 1, 375, 4000, (counts) => {
    squares += loadVariance(counts) * loadVariance(counts);
  });
  // E[variance/mean²] = (E − 1)/T = 15/375 = 0.04, exactly; its standard error is 0.04·√(2/15)/√4000 = 0.00023
  expect(Math.sqrt(squares / 4000)).toBeGreaterThan(0.197);
  expect(Math.sqrt(squares / 4000)).toBeLessThan(0.203);
});

test("with topK of E the mean square of load variance is (E − topK)/(topK·T)", () => {
  let squares = 0;
  drawn(16, 4, 300, 4000, (counts) => {
    squares += loadVariance(counts) * loadVariance(counts);
  });
  // a count is binomial(T, k/E): variance T·k/E·(1 − k/E) over (T·k/E)² = (E − k)/(k·T) = 12/1200
  expect(squares / 4000).toBeGreaterThan(0.0097);
  expect(squares / 4000).toBeLessThan(0.0103);
});

test("8 tokens over 16 experts at factor 1.2 drop 19.3 % of their copies", () => {
  const capacity = expertCapacity(8, modelOf(16, 1), {
    gate: { kind: "uniform" },
    capacityFactor: 1.2,
    minCapacity: 1,
    overflow: { kind: "drop" },
  });
  expect(capacity).toBe(1); // ⌈1.2·8/16⌉
  // An expert keeps one copy unless all 8 tokens go elsewhere: E[kept] = 16·(1 − (15/16)^8) = 16·(1 − 0.596719) = 6.452
  // E[drop] = (8 − 6.452)/8 = 0.1934
  let elsewhere = 1;
  for (let token = 0; token < 8; token++) elsewhere *= 15 / 16;
  const expected = 1 - (16 * (1 - elsewhere)) / 8;
  expect(expected).toBeCloseTo(0.1934, 4);

  const overflow = createOverflow({ kind: "drop" });
  const stream = new Streams(7).stream("overflow");
  const fates = { rerouted: 0, dropped: 0, masked: 0 };
  drawn(16, 1, 8, 20_000, (counts) => {
    const crowd = { copies: counts, experts: 16, from: 0, end: 1, tokens: [8], chances: undefined, regions: undefined };
    overflow.cut(crowd, capacity, stream, fates);
  });
  expect(Math.abs(fates.dropped / (8 * 20_000) - expected)).toBeLessThan(0.003); // a draw's deviation is about 0.1, over √20000
});

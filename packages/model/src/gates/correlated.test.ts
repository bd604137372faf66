import { exp, normal, type Stream, Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { chiSquare, tallied } from "../draws/token-by-token.contract.ts";
import type { RoutedPass } from "../draws/token-router.ts";
import { createByClass, createDecoding } from "../layers/pass.ts";
import { createTokenRouter } from "../policies.ts";
import { gateContract, modelOf } from "./gate.contract.ts";

type CorrelatedSpec = Extract<GateSpec, { kind: "correlated" }>;

const gate = (change: Partial<CorrelatedSpec> = {}): CorrelatedSpec => ({
  kind: "correlated",
  sigma: 1,
  mixes: 3,
  common: 0.5,
  repeat: 0.4,
  shared: false,
  ...change,
});

gateContract("correlated", () => gate(), 2000);

/** Weights [mixes][experts] as the scenario's words have them, from the streams that the gate's documentation names. */
function mixesOf({ sigma, mixes, common }: CorrelatedSpec, experts: number, seed: number): number[][] {
  const streams = new Streams(seed).under("routing/popularity/0");
  const shared = streams.fresh("common");
  const all = Array.from({ length: experts }, () => normal(shared));
  return Array.from({ length: mixes }, (_, mix) => {
    const own = streams.fresh(`mix/${mix}`);
    return all.map((of) => exp(sigma * (Math.sqrt(common) * of + Math.sqrt(1 - common) * normal(own))));
  });
}

/** The slow reference: one token after another looks through a list of the experts that are left. */
function referenceCounts(
  weights: readonly number[][],
  topK: number,
  repeat: number,
  sequences: readonly number[],
  stream: Stream,
  mixOf = (_sequence: number) => Math.floor(stream.next() * weights.length),
): number[] {
  const counts = new Array<number>(weights[0]!.length).fill(0);
  for (const [sequence, tokens] of sequences.entries()) {
    const mix = weights[mixOf(sequence)]!;
    let before: number[] = [];
    for (let token = 0; token < tokens; token++) {
      const chosen = before.filter(() => stream.next() < repeat);
      while (chosen.length < topK) {
        const left = mix.flatMap((weight, x) => (chosen.includes(x) ? [] : [{ x, weight }]));
        const u = stream.next() * left.reduce((sum, { weight }) => sum + weight, 0);
        const upTo = (place: number) => left.slice(0, place + 1).reduce((sum, { weight }) => sum + weight, 0);
        chosen.push((left.find((_, place) => u < upTo(place)) ?? left.at(-1)!).x);
      }
      for (const x of chosen) counts[x]!++;
      before = chosen;
    }
  }
  return counts;
}

test("counts are distributed as those of tokens that choose one after another, each from a list (χ²)", { tags: "long" }, () => {
  for (const [topK, repeat, sequences] of [
    [1, 0.4, [3]],
    [1, 0.7, [2, 1]],
    [2, 0.3, [2, 2]],
    [3, 0.5, [3]],
  ] as const) {
    const spec = gate({ repeat });
    const router = createTokenRouter(modelOf(4, topK), spec, new Streams(7));
    const streams = new Streams(8);
    const tokens = sequences.reduce((sum, each) => sum + each, 0);
    let micro = 0;
    const drawn = tallied(20_000, () => {
      const out = new Float64Array(4);
      router.begin!({ sequences: Float64Array.of(sequences.length) });
      router.route(0, [tokens], streams.fresh(`${micro++}`), out); // a micro-batch of its own: sequences begin again
      return out;
    });
    const weights = mixesOf(spec, 4, 7);
    const slow = new Streams(9).stream("slow");
    const reference = tallied(20_000, () => referenceCounts(weights, topK, repeat, sequences, slow));
    const { statistic, freedom } = chiSquare(drawn, reference);
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom) + 6);
  }
});

test("a token's expert is that of the one before with the stated chance, or by its weight, whether in one pass or in the next", () => {
  const spec = gate({ mixes: 1, repeat: 0.35 });
  const router = createTokenRouter(modelOf(8, 1), spec, new Streams(3));
  const [raw] = mixesOf(spec, 8, 3);
  const sum = raw!.reduce((all, weight) => all + weight, 0);
  const stream = new Streams(4).stream("micro-batch");
  let before = -1;
  let same = 0;
  for (let step = 0; step < 40_000; step++) {
    const out = new Float64Array(8);
    router.begin!({ sequences: Float64Array.of(1) });
    router.route(0, [1], stream, out);
    const chosen = out.indexOf(1);
    same += Number(chosen === before);
    before = chosen;
  }
  const chance = raw!.reduce((all, weight) => all + (weight / sum) ** 2, 0);
  expect(same / 40_000).toBeCloseTo(0.35 + 0.65 * chance, 1.8);
});

test("sequences of one data group choose by mixes of their own: what is common to all mixes is common to them", () => {
  const apartness = (common: number) => {
    const router = createTokenRouter(modelOf(64, 1), gate({ mixes: 64, common, repeat: 0 }), new Streams(5));
    const streams = new Streams(6);
    const [a, b] = [0, 1].map((number) => {
      const out = new Float64Array(64);
      router.begin!({ sequences: Float64Array.of(1) });
      router.route(0, [20_000], streams.stream(`${number}`), out);
      return out;
    });
    return a!.reduce((sum, copies, x) => sum + Math.abs(copies - b![x]!), 0) / 40_000;
  };
  expect(apartness(1)).toBeLessThan(0.05);
  expect(apartness(0)).toBeGreaterThan(0.3);
});

/** A pass of one source in which sequences of classes have so many tokens each; those with one decode. */
function passOf(classes: readonly (readonly number[])[]): RoutedPass {
  const byClass = createByClass(1, classes.length);
  const column = () => new Float64Array(1);
  const decoding = createDecoding(1);
  const sequences = column();
  for (const [c, own] of classes.entries()) {
    byClass.sequences[c] = own.length;
    byClass.tokens[c] = own.reduce((sum, each) => sum + each, 0);
    byClass.decoding[c] = own.filter((each) => each === 1).length;
    sequences[0]! += own.length;
    decoding.sequences[0]! += byClass.decoding[c]!;
  }
  return { sequences, decoding, byClass };
}

test("by class, requests choose by the mix of their class, as token by token, whether they decode or have prompts (χ²)", {
  tags: "long",
}, () => {
  for (const [topK, repeat, mixes, classes] of [
    [1, 0, 2, [[3], [2]]],
    [1, 0.6, 3, [[1, 1], [3], [1]]], // two that decode, a prompt of another class, and one more that decodes
    [2, 0.3, 2, [[2], [1, 1], [1]]], // the third class has the mix of the first
    [2, 0.5, 3, [[1, 3], [], [1]]], // one that decodes and a prompt of one class, and none of another
  ] as const) {
    const spec = gate({ repeat, mixes, by: "class" });
    const router = createTokenRouter(modelOf(4, topK), spec, new Streams(17));
    const tokens = classes.flat().reduce((sum, each) => sum + each, 0);
    const streams = new Streams(18);
    let micro = 0;
    const drawn = tallied(20_000, () => {
      const out = new Float64Array(4);
      router.begin!(passOf(classes));
      router.route(0, [tokens], streams.fresh(`${micro++}`), out);
      return out;
    });
    const weights = mixesOf(spec, 4, 17);
    const slow = new Streams(19).stream("slow");
    const classOf = classes.flatMap((own, c) => own.map(() => c));
    const reference = tallied(20_000, () =>
      referenceCounts(weights, topK, repeat, classes.flat(), slow, (sequence) => classOf[sequence]! % mixes),
    );
    const { statistic, freedom } = chiSquare(drawn, reference);
    expect(freedom).toBeGreaterThan(2);
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom) + 6);
  }
});

test("by class, rows that pad a step are of its sequences in turn, and all copies are there", () => {
  const router = createTokenRouter(modelOf(6, 2), gate({ by: "class" }), new Streams(2));
  for (const rows of [3, 4, 7, 8]) {
    const out = new Float64Array(6);
    router.begin!(passOf([[1, 1], [1]]));
    router.route(0, [rows], new Streams(3).stream(`${rows}`), out);
    expect(out.reduce((sum, copies) => sum + copies, 0)).toBe(2 * rows);
  }
});

test("by class, what is popular in the mean is what the classes choose, as often as they come", () => {
  const spec = gate({ by: "class", mixes: 8, common: 0, sigma: 2 });
  const of = (shares: readonly number[]) => createTokenRouter(modelOf(16, 1), spec, new Streams(4), shares).shares!(0)!;
  const [first, second, both] = [of([1, 0]), of([0, 1]), of([3, 1])];
  for (let x = 0; x < 16; x++) expect(both[x]).toBeCloseTo(0.75 * first[x]! + 0.25 * second[x]!, 9);
  expect(Math.max(...first.map((share, x) => Math.abs(share - second[x]!)))).toBeGreaterThan(0.1);
});

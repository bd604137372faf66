import { type Stream, Streams } from "@tokenyard/random";
import { messageOf } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { chiSquare, tallied } from "../draws/token-by-token.contract.ts";
import { createVisits, type ExpertPlaces } from "../draws/visits.ts";
import { gateProblems } from "../policies.ts";
import { drawnGateContract } from "./drawn-gate.contract.ts";
import { gateContract, modelOf } from "./gate.contract.ts";
import { GroupedChoice } from "./grouped.ts";

/** Two groups, of which as many are taken as a token needs; one where the experts cannot be halved. */
gateContract("grouped", ({ experts }) => {
  const { count, topK } = experts!;
  const groups = count % 2 === 0 ? 2 : 1;
  return { kind: "grouped", groups, limit: Math.ceil(topK / (count / groups)), sigma: 1, shared: false };
});
drawnGateContract("grouped", (shared) => ({ kind: "grouped", groups: 4, limit: 2, sigma: 1, shared }));

const WEIGHTS = Float64Array.of(0.3, 0.05, 0.15, 0.1, 0.22, 0.18); // three groups of two
// ranks 0 and 2 are on node 0
const places: ExpertPlaces = { rankOf: Int32Array.of(2, 0, 1, 2, 0, 1), nodeOf: Int32Array.of(0, 1, 0), nodes: 2 };

/** Counts, and visits, of tokens that take two groups and then `topK` experts of them, one by one, by writing out all chances. */
function oneByOne(topK: number, tokens: number, stream: Stream): number[] {
  const groups = [0, 1, 2].map((g) => WEIGHTS[2 * g]! + WEIGHTS[2 * g + 1]!);
  const counts = new Array<number>(6).fill(0);
  const toRanks = [0, 0, 0];
  const toNodes = [0, 0];
  for (let token = 0; token < tokens; token++) {
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ];
    const pair = drawn(pairs, (set) => set.reduce((product, g) => product * groups[g]!, 1), stream);
    const members = pair.flatMap((g) => [2 * g, 2 * g + 1]);
    const set = drawn(subsets(members, topK), (own) => own.reduce((product, x) => product * WEIGHTS[x]!, 1), stream);
    for (const x of set) counts[x]!++;
    for (const rank of new Set(set.map((x) => places.rankOf[x]!))) toRanks[rank]!++;
    for (const node of new Set(set.map((x) => places.nodeOf[places.rankOf[x]!]!))) toNodes[node]!++;
  }
  return [...counts, ...toRanks, ...toNodes];
}

function drawn(sets: readonly number[][], chanceOf: (set: number[]) => number, stream: Stream): number[] {
  let left = stream.next() * sets.reduce((sum, set) => sum + chanceOf(set), 0);
  const found = sets.find((set) => {
    left -= chanceOf(set);
    return left < 0;
  });
  return found ?? sets.at(-1)!;
}

function subsets(of: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return of.flatMap((x, at) => subsets(of.slice(at + 1), size - 1).map((rest) => [x, ...rest]));
}

describe("counts and visits under a grouped gate are those of tokens that take groups, and then experts, one by one", () => {
  for (const [topK, tokens] of [
    [1, 4],
    [2, 2],
    [2, 6],
    [3, 4],
  ] as const) {
    test(`of ${tokens} tokens on ${topK} of 6 experts in 2 of 3 groups`, () => {
      const choice = new GroupedChoice(WEIGHTS, topK, { groups: 3, limit: 2 });
      const stream = new Streams(21).stream("routing/tokens");
      const slow = new Streams(22).stream("slow");
      const out = new Float64Array(6);
      const visits = createVisits(1, places);
      const { statistic, freedom } = chiSquare(
        tallied(8000, () => {
          choice.count(tokens, stream, out, 0, visits);
          return [...out, ...visits.toRanks, ...visits.toNodes];
        }),
        tallied(8000, () => oneByOne(topK, tokens, slow)),
      );
      expect(freedom).toBeGreaterThan(3);
      expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
    });
  }

  test("and so are their shares", () => {
    const shares = new GroupedChoice(WEIGHTS, 2, { groups: 3, limit: 2 }).shares();
    const counts = oneByOne(2, 40_000, new Streams(3).stream("slow"));
    for (const [x, share] of shares.entries()) expect(Math.abs(counts[x]! / 80_000 - share)).toBeLessThan(0.008);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

test("a token of DeepSeek-V3's gate, 8 of 256 experts in 4 of 8 groups, comes to no more than 4 nodes", () => {
  const choice = new GroupedChoice(new Float64Array(256).fill(1 / 256), 8, { groups: 8, limit: 4 });
  const ofNodes = {
    rankOf: Int32Array.from({ length: 256 }, (_, x) => Math.floor(x / 32)),
    nodeOf: Int32Array.from({ length: 8 }, (_, n) => n),
    nodes: 8,
  };
  const visits = createVisits(1, ofNodes);
  choice.count(10_000, new Streams(1).stream("tokens"), new Float64Array(256), 0, visits);
  const nodes = visits.toNodes.reduce((sum, n) => sum + n, 0) / 10_000;
  expect(nodes).toBeLessThanOrEqual(4);
  expect(nodes).toBeGreaterThan(3.6); // 8·(1 − C(224, 8)/C(256, 8)) = 5.3 without a limit; 4·(1 − C(96, 8)/C(128, 8)) = 3.63
  expect(nodes).toBeCloseTo(3.63, 1);
});

describe("a grouped gate that does not fit the model is a problem", () => {
  const reported = (groups: number, limit: number) =>
    gateProblems(modelOf(16, 3), { kind: "grouped", groups, limit, shared: false }).map(messageOf);

  test("none when it does", () => {
    expect(reported(4, 1)).toEqual([]);
    expect(reported(8, 2)).toEqual([]);
  });

  test("with groups that do not divide the experts, or too few or too many of them", () => {
    expect(reported(3, 1)).toEqual(["routing.gate.groups: 3 given; wanted a divisor of 16 experts"]);
    expect(reported(4, 5)).toEqual(["routing.gate.limit: 5 given; wanted at most 4, the groups that there are"]);
    expect(reported(8, 1)).toEqual(["routing.gate.limit: 1 given; wanted at least 2: a token visits 3 experts, and a group has 2"]);
    expect(reported(16, 8)).toEqual([
      "routing.gate.groups: 16 given; wanted fewer: 8 of 16 can be taken in 12870 ways, and at most 1000 are worked out",
    ]);
  });
});

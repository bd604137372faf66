import { type Stream, Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { chiSquare, tallied } from "../draws/token-by-token.contract.ts";
import { DropoutOverflow } from "../overflows/dropout.ts";
import { RerouteOverflow } from "../overflows/reroute.ts";
import { ExpertFates } from "./expert-fates.ts";

const EXPERTS = 5;
const REGIONS = [0, 0, 0, 1, 1];
const COPIES = [6, 3, 1, 0, 2, 3, 4, 0, 7, 0]; // of two sources: 6 too many for 4 places in the first region, 2 for 3 in the other
const TOKENS = [20, 20];
const CAPACITY = 5;

/** The slow reference: experts turn away any of their copies, and those ask others of their region in any order, each as likely; what became of each is noted. */
function oneByOne(stream: Stream): number[] {
  const order = COPIES.flatMap((count, at) => Array.from({ length: count }, () => ({ expert: at % EXPERTS, at: stream.next() })));
  order.sort((a, b) => a.at - b.at);
  const total = [0, 0, 0, 0, 0];
  const fates = { in: [0, 0, 0, 0, 0], out: [0, 0, 0, 0, 0], dropped: [0, 0, 0, 0, 0] };
  const homeless = order.filter(({ expert }) => total[expert]! >= CAPACITY || ++total[expert]! > CAPACITY);
  for (const { expert } of homeless.map((copy) => ({ ...copy, at: stream.next() })).sort((a, b) => a.at - b.at)) {
    const open = total.flatMap((count, x) => (count < CAPACITY && REGIONS[x] === REGIONS[expert] ? [x] : []));
    if (open.length === 0) fates.dropped[expert]!++;
    else {
      const other = open[Math.floor(stream.next() * open.length)]!;
      total[other]!++;
      fates.in[other]!++;
      fates.out[expert]!++;
    }
  }
  return [...fates.in, ...fates.out, ...fates.dropped];
}

test("copies are rerouted and dropped, expert by expert, as by tokens that look for room one after another (χ²)", () => {
  const overflow = new RerouteOverflow("node");
  const streams = new Streams(3);
  const fatesOf = new ExpertFates(2, EXPERTS);
  const crowd = {
    copies: Float64Array.from(COPIES),
    experts: EXPERTS,
    from: 0,
    end: 2,
    tokens: TOKENS,
    chances: undefined,
    regions: Int32Array.from(REGIONS),
  };
  const stream = streams.stream("overflow");
  const slow = streams.stream("slow");
  const { statistic, freedom } = chiSquare(
    tallied(20_000, () => {
      crowd.copies.set(COPIES);
      fatesOf.begin(crowd.copies);
      overflow.cut(crowd, CAPACITY, stream, { rerouted: 0, dropped: 0, masked: 0 });
      fatesOf.cut(crowd.copies, TOKENS, true, crowd.regions, streams.stream("fates"));
      return Float64Array.of(...fatesOf.reroutedIn, ...fatesOf.reroutedOut, ...fatesOf.dropped);
    }),
    tallied(20_000, () => Float64Array.from(oneByOne(slow))),
  );
  expect(freedom).toBeGreaterThanOrEqual(1);
  expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom) + 6);
});

test("where a region has room for some only, which of two full experts drops is as likely as its copies too many are", () => {
  // experts 0 and 1 have 9 and 7 copies of one source for 4 places each, expert 2 takes 3: of 8 homeless copies 5 are dropped
  const copies = [9, 7, 1];
  const overflow = new RerouteOverflow("any");
  const streams = new Streams(4);
  const fatesOf = new ExpertFates(1, 3);
  const crowd = { copies: Float64Array.from(copies), experts: 3, from: 0, end: 1, tokens: [20], chances: undefined, regions: undefined };
  let first = 0;
  for (let draw = 0; draw < 4000; draw++) {
    crowd.copies.set(copies);
    fatesOf.begin(crowd.copies);
    overflow.cut(crowd, 4, streams.stream("overflow"), { rerouted: 0, dropped: 0, masked: 0 });
    fatesOf.cut(crowd.copies, [20], true, undefined, streams.stream("fates"));
    expect([...fatesOf.reroutedIn]).toEqual([0, 0, 3]);
    expect(fatesOf.dropped[0]! + fatesOf.dropped[1]!).toBe(5);
    expect(fatesOf.reroutedOut[0]! + fatesOf.dropped[0]!).toBe(5); // 9 − 4
    first += fatesOf.dropped[0]!;
  }
  expect(first / 4000).toBeCloseTo((5 * 5) / 8, 1); // hypergeometric: 5 of 8, of which 5 are of expert 0
});

test("what faults mask, what lots mask and what is dropped are kept apart", () => {
  const copies = Float64Array.of(5, 40, 3);
  const fatesOf = new ExpertFates(1, 3);
  const crowd = { copies, experts: 3, from: 0, end: 1, tokens: [50], chances: undefined, regions: undefined };
  fatesOf.begin(copies);
  copies[0] = 0; // its expert is lost
  fatesOf.mask(copies, [50]);
  const fates = { rerouted: 0, dropped: 0, masked: 0, maskedOf: fatesOf.byLot };
  new DropoutOverflow(0.1).cut(crowd, 10, new Streams(2).stream("overflow"), fates);
  fatesOf.cut(copies, [50], false, undefined, new Streams(1).stream("fates"));
  expect([...fatesOf.masked]).toEqual([5, fates.masked, 0]);
  expect([...fatesOf.dropped]).toEqual([0, fates.dropped, 0]);
  expect(fates.masked + fates.dropped).toBe(30);
  expect(fates.masked).toBeGreaterThan(0);
});

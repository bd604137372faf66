import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { alertsConclusion, type ConcludedRule } from "./alerts-conclusion.ts";
import { auditConclusion, type ConcludedClaim, decidingClaim } from "./audit-conclusion.ts";
import { availabilityConclusion } from "./availability-conclusion.ts";
import { type ConcludedCapacity, capacityConclusion } from "./capacity-conclusion.ts";
import { type ConcludedNumber, type ConcludedTarget, comparisonConclusion } from "./comparison-conclusion.ts";

const claim = (more: Partial<ConcludedClaim>): ConcludedClaim => ({
  id: "rate",
  text: "at least 100 tokens/ms",
  part: null,
  verdict: "holds",
  kind: "dynamic",
  claimed: 100,
  comparison: ">=",
  found: 120,
  unit: "tokens/ms",
  because: "The simulation gives 120 tokens/ms.",
  ...more,
});
const fails = (more: Partial<ConcludedClaim> = {}) => claim({ verdict: "fails", found: 4, factor: 25, ...more });

test("an audit says how many claims hold, then one number against another, then the change that was simulated", () => {
  const remedies = [
    { change: "GPUs", now: "8", to: null, found: null },
    { change: "micro-batches", now: "8", to: "2", found: 101 },
  ];
  expect(auditConclusion([fails({ remedies }), claim({ id: "other" })])).toEqual({
    verdict: "missed",
    sentences: [
      "The plan does not hold: of 2 claims 1 fails and 1 holds.",
      "“at least 100 tokens/ms”: the simulation gives 4 tokens/ms, where at least 100 tokens/ms is claimed, 25.0 times off.",
      "It would hold with micro-batches 2 instead of 8, which gives 101 tokens/ms.",
    ],
  });
  const none = auditConclusion([fails({ remedies: remedies.slice(0, 1) })]);
  expect(none.sentences[2]).toBe("The one change that was simulated does not make it hold.");
  expect(auditConclusion([fails()]).sentences).toHaveLength(2); // nothing was simulated
  expect(auditConclusion([fails({ part: "decode" })]).sentences[1]).toMatch(/^“decode: at least 100 tokens\/ms”: /);
});

test("a claim that was simulated comes before a sum that is farther off, and one with consequences before one without", () => {
  const sum = fails({ id: "sum", kind: "arithmetic", factor: 1000 });
  const far = fails({ id: "far", factor: 40 });
  const root = fails({ id: "root", factor: 30 });
  const follows = fails({ id: "follows", factor: 35, root: "root" });
  expect(decidingClaim([sum, far, root, follows])!.id).toBe("root");
  expect(decidingClaim([sum, far])!.id).toBe("far");
  expect(decidingClaim([claim({})])).toBeUndefined();
});

test("a claim that turns on an assumption is no evidence, and none that fails is the plan's", () => {
  const depends = auditConclusion([claim({ verdict: "depends" }), claim({ id: "b" })]);
  expect([depends.verdict, depends.sentences[0]]).toEqual([
    "not-enough-evidence",
    "Not enough evidence that the plan holds: of 2 claims 1 depends on what is assumed and 1 holds.",
  ]);
  expect(auditConclusion([claim({})])).toEqual({ verdict: "met", sentences: ["The plan holds: of 1 claim 1 holds."] });
});

const capacity = (more: Partial<ConcludedCapacity>): ConcludedCapacity => ({
  of: "requests",
  own: 8,
  requirements: ["ttft.p99 <= 500 ms"],
  capacity: 28,
  fails: 29,
  holdsTo: null,
  failsFrom: null,
  stopped: false,
  trials: [{ value: 8, holds: true }],
  breaches: [{ kind: "requirement", what: "ttft.p99 <= 500 ms", found: { "ttft.p99": 0.661 } }],
  ...more,
});

test("a capacity says whether the scenario's own load holds, to where loads hold, and what breaks first", () => {
  expect(capacityConclusion(capacity({})).sentences).toEqual([
    "Met: the targets hold at the scenario's own 8 requests/s; loads hold to 28 requests/s and fail from 29 requests/s.",
    "At 29 requests/s p99 TTFT breaks first: 661 ms, where at most 500 ms is wanted.",
  ]);
  const broken = (what: string, found: Record<string, number>) =>
    capacityConclusion(capacity({ breaches: [{ kind: "requirement", what, found }] })).sentences[1];
  expect(broken("attainment >= 99 %", { attainment: 0.977 })).toBe(
    "At 29 requests/s attainment breaks first: 97.7 %, where at least 99 % is wanted.",
  );
  const both = broken("ttft.p99 + tpot.p99 <= 1 s", { "ttft.p99": 0.9, "tpot.p99": 0.2 });
  expect(both).toBe("At 29 requests/s ttft.p99 + tpot.p99 <= 1 s breaks first: ttft.p99 900 ms, tpot.p99 200 ms.");
  expect(capacityConclusion(capacity({ own: 60, trials: [{ value: 60, holds: false }] })).verdict).toBe("missed");
});

test("a load whose runs are too short to say is none that fails", () => {
  const burst = { kind: "burst", what: "requests arrive for 2 s", found: {} };
  const short = capacity({ breaches: [burst] });
  expect(capacityConclusion(short).sentences).toEqual([
    "Met: the targets hold at the scenario's own 8 requests/s; loads hold to 28 requests/s, and where they surely fail these runs do not say.",
    "At 29 requests/s the runs are too short to say, and more may hold: requests arrive for 2 s.",
  ]);
  const bounded = capacityConclusion({ ...short, holdsTo: 20 });
  expect(bounded.sentences[0]).toMatch(/loads hold to 20 requests\/s, and where they surely fail these runs do not say\.$/);
  const own = (breaches: readonly { kind: string }[]) => ({ own: 60, trials: [{ value: 60, holds: false, breaches }] });
  expect(capacityConclusion({ ...short, ...own([burst]) }).verdict).toBe("not-enough-evidence");
  expect(capacityConclusion({ ...short, ...own([burst, { kind: "requirement" }]) }).verdict).toBe("missed");
  expect(capacityConclusion({ ...short, own: 40, trials: [] }).verdict).toBe("not-enough-evidence");
});

test("between the load that surely holds and the one that surely fails there is not enough evidence", () => {
  const at = (own: number) => capacityConclusion(capacity({ own, holdsTo: 26.123, failsFrom: 31.001 }));
  expect([at(26).verdict, at(28).verdict, at(32).verdict]).toEqual(["met", "not-enough-evidence", "missed"]);
  expect(at(28).sentences[0]).toContain("loads hold to 26.1 requests/s and fail from 31.1 requests/s"); // down and up
});

const rule = (more: Partial<ConcludedRule>): ConcludedRule => ({
  name: "Slow",
  metric: "collective.p99",
  side: "above",
  bound: 0.005,
  forSeconds: 0,
  withFaults: 2,
  without: 0,
  verdict: "rightly",
  separates: null,
  ...more,
});

test("alerts are met only where every rule detects the faults and nothing else; the false alarm comes first", () => {
  expect(alertsConclusion([rule({})]).sentences).toEqual(["Met: the alert rule detects the faults, and nothing else."]);
  const { verdict, sentences } = alertsConclusion([
    rule({ verdict: "never", name: "Never" }),
    rule({ verdict: "wrongly", name: "False", without: 1, separates: { from: null, to: 0.01 } }),
  ]);
  expect(verdict).toBe("missed");
  expect(sentences[0]).toBe(
    "Missed: 0 of 2 alert rules detect the faults and nothing else; 1 also fires without the faults and 1 never fires.",
  );
  expect(sentences[1]).toMatch(
    /^“False” \(collective\.p99 above 5 ms\) fires 1 time in health; a bound any under .* would detect only the faults\.$/,
  );
  expect(alertsConclusion([rule({ without: null, verdict: "fires" })]).verdict).toBe("no-targets");
});

const mean = (value: number, half = 0) => ({ mean: value, interval: { low: value - half, high: value + half } });

test("availability names what takes most, and only a change that chance does not explain", () => {
  const own = {
    capacity: mean(0.998),
    longestOfAllSeconds: 7200,
    formula: {
      causes: [
        { cause: "gpu" as const, perYear: 10, outageSeconds: 600 },
        { cause: "node" as const, perYear: 2, outageSeconds: 36_000 },
      ],
    },
  };
  const variant = (name: string, lost: ReturnType<typeof mean>, capacity: number) => ({
    name,
    outcome: { capacity: mean(capacity) },
    capacityLost: lost,
  });
  const found = availabilityConclusion({
    years: 200,
    own,
    variants: [variant("lucky", mean(-0.0015, 0.002), 0.9995), variant("spares", mean(-0.001, 0.0002), 0.999)],
    engines: [],
  });
  expect(found.sentences).toEqual([
    "99.800 % of the capacity serves, in the mean of 200 years; the longest outage of a replica lasts 2 h 0 min.",
    "By formula most outage time is due to nodes lost: 2 a year, of 10 h 0 min each.",
    "Of 2 simulated changes “spares” helps most: 99.900 % of the capacity serves instead of 99.800 %.",
  ]);
});

const number = (name: string, a: number, b: number, isReal = true): ConcludedNumber => ({
  name,
  a: { mean: a },
  b: { mean: b },
  change: { factor: b / a },
  isReal,
});

test("a comparison says what is better beyond chance, and a plan that misses a target says so", () => {
  const numbers = [number("throughputPerGpu", 10, 12), number("ttft.p99", 0.4, 0.6), number("tpot.mean", 0.01, 0.0101, false)];
  const limit = [{ name: "ttft.p99", value: 0.5 }];
  expect(comparisonConclusion({ pairs: 8, numbers, targets: { a: limit, b: limit } })).toEqual({
    verdict: "missed",
    sentences: [
      "b is better in throughput per GPU (+20.0 %) and worse in p99 TTFT (+50.0 %) than a, in 8 pairs of runs; 1 of 3 numbers may differ by chance alone.",
      "By their means b misses p99 TTFT (600 ms, but at most 500 ms is wanted) and a meets its targets.",
    ],
  });
});

test("targets that were not compared are not said to be met", () => {
  const [ttft, tpot] = [
    { name: "ttft.p99", value: 0.5 },
    { name: "tpot.p99", value: 0.1 },
  ];
  const concluded = (numbers: readonly ConcludedNumber[], a: readonly ConcludedTarget[], b: readonly ConcludedTarget[]) => {
    const { verdict, sentences } = comparisonConclusion({ pairs: 8, numbers, targets: { a, b } });
    return [verdict, ...sentences.slice(1)];
  };
  expect(concluded([number("gpus", 8, 8, false)], [ttft], [ttft])).toEqual(["not-enough-evidence"]);
  expect(concluded([number("ttft.p99", 0.4, 0.4, false)], [ttft, tpot], [ttft])).toEqual([
    "met",
    "By their means a meets the 1 target compared and b meets its targets.",
  ]);
  expect(concluded([number("ttft.p99", 0.6, 0.4)], [ttft], [])).toEqual([
    "no-targets",
    "By their means a misses p99 TTFT (600 ms, but at most 500 ms is wanted).",
  ]);
});

test("one pair cannot say whether two plans differ, nor can numbers that only one has", () => {
  const first = (pairs: number, numbers: readonly ConcludedNumber[]) =>
    comparisonConclusion({ pairs, numbers, targets: { a: [], b: [] } }).sentences[0];
  const one = { ...number("ttft.p99", 0.4, 0.6), isReal: null };
  expect(first(1, [one, number("gpus", 8, 8, false)])).toBe(
    "One pair of runs cannot say whether b differs from a: 1 of 2 numbers may differ by chance alone.",
  );
  expect(first(1, [number("gpus", 8, 8, false)])).toBe("b does not differ from a beyond chance, in gpus in 1 pair of runs.");
  expect(first(8, [])).toBe("Nothing can be compared: no number has a value in both, in 8 pairs of runs.");
});

const anyNumbers = fc.array(
  fc.record({
    name: fc.constantFrom("ttft.p99", "throughputPerGpu", "gpus"),
    a: fc.integer({ min: 1, max: 9 }),
    b: fc.integer({ min: 1, max: 9 }),
    isReal: fc.boolean(),
  }),
  { maxLength: 5 },
);
test.prop([anyNumbers, fc.integer({ min: 1, max: 9 })])("a plan whose mean misses a target is said to miss it", (drawn, value) => {
  const numbers = drawn.map(({ name, a, b, isReal }) => number(name, a, b, isReal));
  const targets = [{ name: "ttft.p99", value }];
  const { verdict, sentences } = comparisonConclusion({ pairs: 3, numbers, targets: { a: [], b: targets } });
  const found = numbers.find(({ name }) => name === "ttft.p99");
  const misses = found !== undefined && found.b.mean > value;
  expect(verdict).toBe(misses ? "missed" : found === undefined ? "not-enough-evidence" : "met");
  expect(sentences.join(" ").includes("b misses p99 TTFT")).toBe(misses);
  expect(sentences.length).toBeLessThanOrEqual(3);
});

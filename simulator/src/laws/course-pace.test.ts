import { type Failure, FailureTimeline, faultOf, Reactions } from "@tokenyard/resilience";
import { type DatedFaultSpec, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// The pace of a replica with slow GPUs over years (docs/availability.md) beside that of a run.

const fixed = (value: number) => ({ kind: "fixed", value });

/** Its ops take 50 us and more in the mean: each is rounded to a nanosecond, at most a hundred-thousandth of such a one. */
function batch(expert: number, pipeline: number, experts: number, sequences: number): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 4096,
      attention: { heads: 32, kvHeads: 8, headSize: 128 },
      dense: { hiddenSize: 16384, matrices: 3, ...(experts === 0 ? {} : { layers: 1 }) },
      ...(experts === 0 ? {} : { experts: { count: experts, topK: 1, hiddenSize: 16384, matrices: 3 } }),
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { layers: "shared-ranks", pipeline, expert, tensor: 1, data: 1 },
    workload: { kind: "batch", sequences, promptTokens: fixed(64), outputTokens: fixed(8) },
    health: "vllm-stock",
  });
}

/** What `faults`, for ever, leave of the speed of `scenario`: in a run, and over years. */
function paces(scenario: Scenario, faults: readonly DatedFaultSpec[]): { readonly ran: number; readonly reported: number } {
  const whole = run(prepare(scenario)).horizonNs;
  const slow = run(prepare({ ...scenario, faults: [...faults] })).horizonNs;
  const { plan } = prepare(scenario);
  const fleet = { scenario, plan, withExperts: [], load: () => 0, needLinks: new Set<number>() };
  const course = new FailureTimeline(fleet, new Reactions(fleet), { perSecond: 1, inFlight: 1 });
  const failures = faults.map((fault): Failure => {
    const of = faultOf(fault, plan);
    return { ...of, ...of.strikes[0]!, cause: "slow" };
  });
  course.run(failures, 1e9);
  expect(course.account.outages).toBe(0);
  expect(course.account.servingNs).toBe(1e9);
  return { ran: whole / slow, reported: course.account.capacityNs / 1e9 };
}

const slowGpu = (rank: number, speed: number): DatedFaultSpec => ({ kind: "gpu-slow", at: 0, for: undefined, ranks: [rank], speed });

test("a replica with slow GPUs never has less in a run than the years give it, as its communication is not slower", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 4),
      fc.constantFrom(1, 2, 4),
      fc.constantFrom(1, 2),
      fc.integer({ min: 4, max: 16 }),
      fc.array(fc.tuple(fc.nat(100), fc.constantFrom(0.9, 0.7, 0.25)), { minLength: 1, maxLength: 3 }),
      (experts, expert, pipeline, sequences, struck) => {
        const faults = struck.map(([rank, speed]) => slowGpu(rank % (expert * pipeline), speed));
        const { ran, reported } = paces(batch(expert, pipeline, expert === 1 ? experts : 4, sequences), faults);
        expect(ran).toBeGreaterThan(reported * (1 - 1e-5));
        expect(ran).toBeLessThanOrEqual(1);
        expect(reported).toBeLessThan(1);
      },
    ),
    { numRuns: drawnCases(10), endOnFailure: true },
  );
});

test("one GPU alone, which sends nothing, has in a run what the years give it", () => {
  for (const speed of [0.9, 0.5, 0.25]) {
    const { ran, reported } = paces(batch(1, 1, 0, 4), [slowGpu(0, speed)]);
    expect(reported).toBeCloseTo(speed, 12);
    expect(ran / reported).toBeCloseTo(1, 3);
  }
});

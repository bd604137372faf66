import { layerKinds } from "@tokenyard/model";
import { type Failure, FailureTimeline, faultOf, Reactions } from "@tokenyard/resilience";
import { type DatedFaultSpec, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadSecondsOf } from "../faults/load-seconds.ts";
import { ranksNeedingLinks } from "../setup/facts/small-losses.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// What links that go down make of years (docs/availability.md) is what they make of a run that always has something to compute.

const fixed = (value: number) => ({ kind: "fixed", value });

/** Four GPUs, each on a node of its own, and requests that last for longer than all faults. */
function busy(health: object, communication: object, faults: readonly object[]): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 8, topK: 1, hiddenSize: 64, matrices: 3 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 1 },
    parallelism: { layers: "shared-ranks", expert: 4 },
    workload: { kind: "batch", sequences: 16, promptTokens: fixed(16), outputTokens: fixed(200) },
    serving: { scheduler: "continuous" },
    health,
    communication,
    faults,
  });
}

function fates(scenario: Scenario) {
  const setup = prepare(scenario);
  const { faults, horizonNs } = run(setup);
  const withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
  const needLinks = ranksNeedingLinks(setup.pools[0]!);
  const fleet = { scenario, plan: setup.plan, withExperts, load: loadSecondsOf(scenario, setup.pools[0]!), needLinks };
  const course = new FailureTimeline(fleet, new Reactions(fleet), { perSecond: 1, inFlight: 1 });
  const failures = (scenario.faults as DatedFaultSpec[]).map((fault, i): Failure => {
    const of = faultOf(fault, setup.plan);
    return { ...of, ...of.strikes[0]!, cause: "down", waits: () => setup.streams.fresh(`faults/${i}/back-off/0/0`) };
  });
  course.run(failures, 1e12);
  const inTime = (ns: number) => (ns <= horizonNs ? ns : Number.NaN);
  return {
    ran: faults!.map(({ detectedNs, detectedBy, resumedNs }) => ({ detectedNs, detectedBy, resumedNs })),
    foretold: course.outages.map(({ detectedNs, detectedBy, resumedNs }) => ({
      detectedNs: inTime(detectedNs),
      detectedBy: detectedNs <= horizonNs ? detectedBy : undefined,
      resumedNs: inTime(resumedNs),
    })),
  };
}

const us = fc.integer({ min: 1, max: 900 }).map((each) => `${each} us`);
const anyHealth = fc.record({
  canary: fc.option(fc.record({ after: us, timeout: us }), { nil: undefined }),
  onLoss: fc.oneof(
    us.map((time) => ({ kind: "restart", time })),
    fc.record({ kind: fc.constantFrom("shrink", "mask"), rebuild: us, rejoin: us }),
    fc.constant({ kind: "hang" }),
  ),
  inFlight: fc.constant("migrate"),
});
const anyCommunication = fc.record({
  giveUp: us,
  retries: fc.nat(2),
  backoff: fc.record({ first: us, factor: fc.constantFrom(1, 2), most: us, jitter: fc.constantFrom("0 %", "50 %") }),
  fallback: fc.constantFrom("none", "fail"),
});

test("links that are lost for longer than collectives wait are known, and over, in a run as over years, to the nanosecond", () => {
  const seen = new Set<string>();
  const compare = (health: object, communication: { giveUp: string; [key: string]: unknown }, lasts: readonly string[]) => {
    const faults = lasts.map((each, i) => ({ kind: "link-lost", at: `${500 + 400 * i} us`, for: each, ranks: [i] }));
    const grownColumn = faults.filter(({ for: each }) => Number.parseInt(each, 10) > Number.parseInt(communication.giveUp, 10));
    if (grownColumn.length === 0) return;
    const { ran, foretold } = fates(busy(health, communication, grownColumn));
    expect(foretold).toEqual(ran);
    for (const { detectedBy, resumedNs } of ran) seen.add(`${detectedBy} ${Number.isNaN(resumedNs) ? "never" : "over"}`);
  };
  const [restart, short] = [
    { onLoss: { kind: "restart", time: "50 us" }, inFlight: "migrate" },
    { giveUp: "10 us", backoff: { first: "5 us" } },
  ];
  compare(restart, { ...short, fallback: "fail" }, ["100 us"]);
  compare(restart, { ...short, fallback: "none" }, ["100 us"]);
  compare(restart, { ...short, retries: 20, backoff: { first: "5 us", factor: 1 } }, ["100 us"]);
  expect([...seen].sort()).toEqual(["communication over", "undefined never", "undefined over"]);
  fc.assert(
    fc.property(anyHealth, anyCommunication, fc.array(us, { minLength: 1, maxLength: 3 }), (health, communication, lasts) =>
      compare(health, communication, lasts),
    ),
    { numRuns: drawnCases(24), endOnFailure: true },
  );
});

import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { struckBatch, withoutLength } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of batches which are dealt before they start, and which faults strike.

const law = (check: (scenario: Scenario) => void, numRuns: number) => lawOf(check, drawnCases(numRuns));
const lawOf = (check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(struckBatch, check), { numRuns, endOnFailure: true });
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests of a batch are conserved, and what is lost of them is computed again", { tags: "long" }, () => {
  const seen = { failed: 0, migrated: 0, requeued: 0, recomputed: 0 };
  let left = drawnCases(40);
  const isEnough = () => left <= 0 && Object.values(seen).every((count) => count > 0);
  lawOf((scenario) => {
    if (isEnough()) return; // few cases may not meet all: then there are more
    left--;
    const recording = recorded(scenario);
    const { requests, faults } = summarize(recording);
    expect(requests.finished + requests.failed).toBe(requests.arrived);
    expect(requests.arrived).toBe(recording.requests.status.length);
    for (const row of recording.faults!) {
      seen.failed += row.failed;
      seen.migrated += row.migrated;
      seen.requeued += row.requeued;
      seen.recomputed += row.tokensRecomputed;
    }
    expect(faults!.inFlight).toBe(requests.failed - sum(recording.faults!.map(({ failed }) => failed)));
  }, 400);
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});

test("visits that are timed as a whole give what their ops give one by one, to the nanosecond, whatever a batch loses", {
  tags: "long",
}, () => {
  law((scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  }, 24);
});

test("busy + waiting + idle + lost + down = horizon on each lane, and a fault of no length changes nothing", () => {
  law((scenario) => {
    const { busyNs, waitingNs, idleNs, lostNs, downNs, ranks, horizonNs } = recorded(scenario);
    expect(sum(busyNs) + sum(waitingNs) + sum(idleNs) + sum(lostNs) + sum(downNs!)).toBe(2 * ranks * horizonNs);
    const [none, plain] = [withoutLength(scenario.faults!), undefined].map((faults) => recorded({ ...scenario, faults }));
    expect(none!.requests).toEqual(plain!.requests);
    expect(none!.busyNs).toEqual(plain!.busyNs);
  }, 16);
});

/** Two sequences of 16 tokens on one GPU, broken off by something that `more` says. */
function batch(more: object, promptTokens = 16, outputTokens = 4) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 2, promptTokens, outputTokens },
    ...more,
  });
  return run(prepare(scenario), { rows: true });
}

test("by hand: what a batch on one GPU loses in the third of four passes is computed again when the GPU is back", () => {
  const endNs = (outputs: number, prompts = 16) => batch({}, prompts, outputs).horizonNs;
  const [second, third, fourth] = [endNs(2), endNs(3), endNs(4)];
  const atNs = second + 1000;
  expect(atNs).toBeLessThan(third);
  const struck = (kind: string, health: object) => batch({ faults: [{ kind, at: `${atNs} ns`, for: "1 ms", ranks: [0] }], health });
  const restart = { exit: "10 us", onLoss: { kind: "restart", time: "100 us" } };
  const upNs = atNs + 1_000_000 + 100_000;

  const hung = struck("process-hang", { onLoss: "hang" }); // the cache is there: the third pass begins again
  expect(hung.horizonNs).toBe(atNs + 1_000_000 + (third - second) + (fourth - third));

  const moved = struck("gpu-lost", { ...restart, inFlight: "migrate" }); // of each the prompt and two tokens are a new prompt of 18
  expect(moved.horizonNs).toBe(upNs + endNs(1, 18) + (fourth - third));
  expect(moved.faults![0]).toMatchObject({ migrated: 2, tokensRecomputed: 2 * 17, resumedNs: upNs });

  const again = struck("gpu-lost", { ...restart, inFlight: "requeue" });
  expect(again.horizonNs).toBe(upNs + fourth);
  expect(again.faults![0]).toMatchObject({ requeued: 2, tokensRecomputed: 2 * 17 });

  const failed = struck("gpu-lost", { ...restart, inFlight: "fail" });
  expect([failed.horizonNs, ...failed.requests.status]).toEqual([atNs + 10_000, 3, 3]);
});

test("a batch goes on with all of its replica, or not at all: what a data group was dealt has no other place", () => {
  const shrinks = {
    faults: [{ kind: "gpu-lost", at: "1 us", ranks: [0] }],
    health: { exit: "1 us", onLoss: { kind: "mask", rebuild: "0 s" } },
  };
  expect(() => batch(shrinks)).toThrow("health.onLoss: mask beside scheduler: static given; wanted restart, replace or hang");
});

import { test } from "@fast-check/vitest";
import { attentionWindow, layerKernels, type Pass } from "@tokenyard/model";
import { compilePlan } from "@tokenyard/placement";
import { attentionFlops } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { createScheduler, drawRequests, type SchedulerObserver } from "@tokenyard/serving";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import { expect } from "vitest";
import { batchScenario } from "./batch-scenario.ts";
import { dealtBatch } from "./dealt-batch.ts";
import type { PassColumns } from "./pass-columns.ts";

const SUMS = ["sequences", "newTokens", "contextTokens", "pairs", "windowedContextTokens", "windowedPairs"] as const;

const observer: SchedulerObserver = {
  started() {},
  loading() {},
  firstToken() {},
  gaps() {},
  steps() {},
  preempted() {},
  startedOver() {},
  finished() {},
  rejected() {},
  failed() {},
  refused() {},
};

/** Columns of one micro-batch and phase, summed over its passes as the scheduler forms them. */
type Sums = Record<(typeof SUMS)[number], number[]>;

test.prop([drawnScenario], { numRuns: 150 })(
  "a dealt batch is what the scheduler forms: the same micro-batches, sums of passes and load",
  (scenario) => {
    const plan = compilePlan(scenario);
    const requests = drawRequests(batchScenario(scenario).workload, new Streams(scenario.seed));
    const attentionCost = attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).attention);
    const dealt = dealtBatch(scenario, plan, requests, attentionCost);

    const { replicas, dataGroups } = plan;
    const scheduler = createScheduler(scenario.serving, {
      requests,
      replicas,
      dataGroups,
      window: attentionWindow(scenario.model),
      attentionCost,
      classes: [],
      streams: new Streams(1),
      kvTokens: Number.POSITIVE_INFINITY,
      passesAtOnce: 1,
    });
    expect(scheduler.load()).toMatchObject(dealt.load());
    for (let request = 0; request < requests.count; request++) scheduler.arrive(request, 0, observer);
    for (let replica = 0; replica < replicas; replica++) {
      const formed = new Map<string, Sums>();
      for (let pass = scheduler.next(replica, 0, observer); pass !== undefined; pass = scheduler.next(replica, 0, observer)) {
        add(formed, pass);
        scheduler.finish(pass, 0, observer);
      }
      const expected = new Map<string, Sums>();
      for (const [m, { prefill, decode }] of dealt.microBatches()[replica]!.entries()) {
        expected.set(`${m}:0`, sumsOf([prefill], dataGroups));
        if (decode.length > 0) expected.set(`${m}:1`, sumsOf(decode, dataGroups));
      }
      expect([...formed.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, sums] of formed) {
        for (const column of SUMS) {
          sums[column].forEach((sum, group) => {
            expect(expected.get(key)![column][group]).toBeCloseTo(sum, 6);
          });
        }
      }
    }
  },
);

function add(formed: Map<string, Sums>, pass: Pass): void {
  const key = `${pass.microBatch}:${pass.phase}`;
  const sums = formed.get(key) ?? emptySums(pass.sequences.length);
  formed.set(key, sums);
  for (const column of SUMS) for (const [group, value] of pass[column].entries()) sums[column][group]! += value;
}

/** Means times passes, summed over the spans. */
function sumsOf(spans: readonly PassColumns[], dataGroups: number): Sums {
  const sums = emptySums(dataGroups);
  for (const span of spans) {
    for (const column of SUMS) for (const [group, mean] of span[column].entries()) sums[column][group]! += mean * span.busy[group]!;
  }
  return sums;
}

function emptySums(dataGroups: number): Sums {
  return Object.fromEntries(SUMS.map((column) => [column, new Array<number>(dataGroups).fill(0)])) as Sums;
}

import { test } from "@fast-check/vitest";
import { attentionWindow, layerKernels, type Pass } from "@tokenyard/model";
import { compilePlan } from "@tokenyard/placement";
import { attentionFlops } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import { createScheduler, drawRequests, type SchedulerObserver } from "@tokenyard/serving";
import { drawnScenario } from "@tokenyard/simulator/drawn-scenario.contract.ts";
import { expect } from "vitest";
import { batchScenario } from "../space/batch-scenario.ts";
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

test.prop([drawnScenario], { numRuns: drawnCases(150) })(
  "a dealt batch is what the scheduler forms: the same micro-batches, sums of passes and load",
  (scenario) => {
    const plan = compilePlan(scenario);
    const requests = drawRequests(batchScenario(scenario).workload, new Streams(scenario.seed));
    const attentionCost = attentionFlops(scenario.model, layerKernels(scenario.model, plan, scenario.cluster.gpu).mixers);
    const dealt = dealtBatch(scenario, plan, requests, Float64Array.from(requests.promptTokens, attentionCost));

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
    const { isLikeBefore } = dealt.microBatches();
    let before: Map<string, Sums> | undefined;
    for (let replica = 0; replica < replicas; replica++) {
      const formed = new Map<string, Sums>();
      for (let pass = scheduler.next(replica, 0, observer); pass !== undefined; pass = scheduler.next(replica, 0, observer)) {
        add(formed, pass);
        scheduler.finish(pass, 0, observer);
      }
      const expected = new Map<string, Sums>();
      const { replicaStarts, rowOf, prefills, spans, spanStarts } = dealt.microBatches();
      for (const [m, row] of rowOf.subarray(replicaStarts[replica], replicaStarts[replica + 1]).entries()) {
        expected.set(`${m}:0`, sumsOf(prefills, row, row + 1, dataGroups));
        const [from, to] = [spanStarts[row]!, spanStarts[row + 1]!];
        if (from < to) expected.set(`${m}:1`, sumsOf(spans, from, to, dataGroups));
      }
      expect([...formed.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, sums] of formed) {
        for (const column of SUMS) {
          sums[column].forEach((sum, group) => {
            expect(expected.get(key)![column][group]).toBeCloseTo(sum, 6);
          });
        }
      }
      if (isLikeBefore[replica] === 1) expect(formed).toEqual(before);
      before = formed;
    }
  },
);

function add(formed: Map<string, Sums>, pass: Pass): void {
  const key = `${pass.microBatch}:${pass.phase}`;
  const sums = formed.get(key) ?? emptySums(pass.sequences.length);
  formed.set(key, sums);
  for (const column of SUMS) for (const [group, value] of pass[column].entries()) sums[column][group]! += value;
}

/** Means times passes, summed over rows `from` … `to` − 1. */
function sumsOf(columns: PassColumns, from: number, to: number, dataGroups: number): Sums {
  const sums = emptySums(dataGroups);
  for (let row = from; row < to; row++) {
    const groups = [...columns.group.subarray(columns.starts[row], columns.starts[row + 1])];
    expect(new Set(groups).size).toBe(groups.length); // each stands once in a row
  }
  for (let at = columns.starts[from]!; at < columns.starts[to]!; at++) {
    for (const column of SUMS) sums[column][columns.group[at]!]! += columns[column][at]! * columns.busy[at]!;
  }
  return sums;
}

function emptySums(dataGroups: number): Sums {
  return Object.fromEntries(SUMS.map((column) => [column, new Array<number>(dataGroups).fill(0)])) as Sums;
}

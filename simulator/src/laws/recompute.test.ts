import { Problems, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// Laws of serving.recompute, over generated scenarios. docs/models/pipelines.md#recomputation.

type Recompute = Scenario["serving"]["recompute"];
const withRecompute = ({ serving: { recompute: _, ...serving }, ...rest }: Scenario, recompute?: Recompute): Scenario => ({
  ...rest,
  serving: recompute === undefined ? serving : { ...serving, recompute },
});
const chunk = fc.integer({ min: 1, max: 400 });

test("the fullest rank never needs more memory, with all of it no more than with that of the attention", () => {
  fc.assert(
    fc.property(fc.oneof(drawnScenario, loadedScenario), chunk, (scenario, chunkTokens) => {
      const [none, attention, all] = [undefined, { kind: "attention", chunkTokens }, { kind: "all", chunkTokens }].map(
        (recompute) => prepare(withRecompute(scenario, recompute as Recompute)).memory,
      );
      expect(attention!.reserved).toBeLessThanOrEqual(none!.reserved);
      expect(all!.reserved).toBeLessThanOrEqual(attention!.reserved);
    }),
    { numRuns: drawnCases(80) },
  );
});

test("it computes and reads no less, routes the same tokens, and changes nothing where every pass is one chunk", () => {
  fc.assert(
    fc.property(drawnScenario, chunk, (drawn, chunkTokens) => {
      const none = run(prepare(withRecompute(drawn)));
      const all = run(prepare(withRecompute(drawn, { kind: "all", chunkTokens })));
      const one = run(prepare(withRecompute(drawn, { kind: "all", chunkTokens: 1_000_000 })));
      expect(all.work.flops).toBeGreaterThanOrEqual(none.work.flops * (1 - 1e-12));
      expect(all.work.memoryBytes).toBeGreaterThanOrEqual(none.work.memoryBytes * (1 - 1e-12));
      expect(all.routing.map((phase) => phase.routed)).toEqual(none.routing.map((phase) => phase.routed));
      expect(one.busyNs).toEqual(none.busyNs);
      expect(one.requests).toEqual(none.requests);
      expect(one.memory).toEqual(none.memory);
    }),
    { numRuns: drawnCases(32) },
  );
});

test("a smaller workspace leaves room for more blocks of the cache", () => {
  const scenario = fc.sample(
    loadedScenario.filter(({ pools }) => pools === undefined),
    { numRuns: 1, seed: 3 },
  )[0]!;
  const blocks = (recompute?: Recompute) => {
    const { serving, ...rest } = withRecompute(scenario, recompute);
    const { kv: _, ...open } = serving;
    const scheduler = { kind: "continuous", tokenBudget: 8192, maxSequences: 8, order: "first-come" } as const;
    try {
      return prepare({ ...rest, serving: { ...open, scheduler } }).scheduler.cache!.use().blocks;
    } catch (error) {
      if (error instanceof Problems) throw new Error(JSON.stringify(error.problems));
      throw error;
    }
  };
  expect(blocks({ kind: "all", chunkTokens: 256 })).toBeGreaterThan(blocks());
});

test("decode steps of more sequences than a chunk takes are timed alike, by their form and op by op", { tags: "long" }, () => {
  const scenario = fc.sample(
    loadedScenario.filter(({ pools, parallelism, routing, model, serving, workload }) => {
      const alike = model.experts === undefined || routing.gate.kind === "balanced";
      const waits = serving.scheduler.kind !== "static" && serving.scheduler.maxSequences === 8 && serving.scheduler.tokenBudget > 8;
      const many = "requests" in workload && (workload.requests ?? 0) > 20;
      return pools === undefined && parallelism.pipeline === 1 && serving.overlap.kind === "none" && alike && waits && many;
    }),
    { numRuns: drawnCases(8), seed: 1 },
  );
  for (const each of scenario) {
    const chunked = withRecompute(each, { kind: "all", chunkTokens: 2 });
    const [formed, single] = [run(prepare(chunked)), run(prepare(chunked), { executor: "stages" })];
    expect(formed.busyNs).toEqual(single.busyNs);
    expect(formed.horizonNs).toBe(single.horizonNs);
    expect(formed.work.flops / single.work.flops).toBeCloseTo(1, 9);
    expect(formed.work.memoryBytes / single.work.memoryBytes).toBeCloseTo(1, 9);
  }
});

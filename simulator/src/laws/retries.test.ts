import { type Recording, reportSchema, servedOf, summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { late } from "./late-scenario.contract.ts";
import { healthOf, retriedScenario, struckAndRetried } from "./retried-scenario.contract.ts";

// The laws of docs/laws.md that speak of requests that are tried again.

const law = (scenarios: fc.Arbitrary<Scenario>, check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
const both = fc.oneof(retriedScenario, struckAndRetried);
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

function expectConserved(recording: Recording): void {
  const { requests, served } = recording;
  const { arrived, finished, rejected, failed } = served!;
  const count = (status: number) => requests.status.filter((each) => each === status).length;
  expect(requests.status).toHaveLength(arrived);
  expect([count(1), count(2), count(3)]).toEqual([finished, rejected, failed]);
  expect(finished + rejected + failed + count(0)).toBe(arrived);
}

test("requests are conserved however often they are tried: arrived = finished + rejected + failed + in flight", () => {
  const seen = { byClient: 0, byRouter: 0, refused: 0, failed: 0, timedOut: 0, opened: 0 };
  law(
    both,
    (scenario) => {
      const recording = recorded(scenario);
      expectConserved(recording);
      const retries = recording.retries!;
      for (const key of ["byClient", "byRouter", "refused", "failed", "timedOut"] as const) seen[key] += retries[key];
      seen.opened += retries.breakers?.opened ?? 0;
    },
    32,
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});

test("and so they are behind a host that has them for some time before the scheduler, however passes are timed; with limit 0 its front end is that of a run without retries", {
  tags: "long",
}, () => {
  law(
    late(both),
    (scenario) => {
      const recording = recorded(scenario);
      expectConserved(recording);
      expect(executorDifferences(scenario)).toEqual([]);
      const none = { limit: 0, first: 0, factor: 1, most: 0, jitter: 0 };
      const [zero, without] = [
        recorded({ ...scenario, retries: { router: none } as Scenario["retries"] }),
        recorded({ ...scenario, retries: undefined }),
      ];
      expect(zero.requests).toEqual(without.requests);
    },
    12,
  );
});

test.each(["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"])("and so they are under faults with %s", (preset) => {
  const health = healthOf(preset)!;
  const shrinks = health.onLoss.kind === "shrink" || health.onLoss.kind === "mask";
  const scenarios = struckAndRetried.filter(({ routing }) => !shrinks || routing.overflow.kind !== "reroute");
  law(scenarios, (scenario) => expectConserved(recorded({ ...scenario, health })), 8);
});

test("there are as many attempts as requests and retries, no request has more than its limits let it, and none is tried again that had not ended", () => {
  law(
    both,
    (scenario) => {
      const { served, retries } = recorded(scenario);
      const { attempts, byClient, byRouter, refused, failed, timedOut } = retries!;
      const { client, router } = scenario.retries!;
      expect(attempts).toBeGreaterThanOrEqual(served!.arrived);
      expect(attempts).toBeLessThanOrEqual(served!.arrived + byClient + byRouter);
      if (client?.timeout === undefined && scenario.faults === undefined) expect(attempts).toBe(served!.arrived + byClient + byRouter);
      expect(attempts).toBeLessThanOrEqual(served!.arrived * (1 + (client?.limit ?? 0)) * (1 + (router?.limit ?? 0)));
      expect(byClient + byRouter).toBeLessThanOrEqual(refused + failed + timedOut);
      if (client?.timeout === undefined) expect(timedOut).toBe(0);
    },
    20,
  );
});

test("passes timed by the executor give the recording of their ops, whatever is tried again", { tags: "long" }, () => {
  law(
    both,
    (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    },
    24,
  );
});

test("retries with limit 0 change nothing but their own entry: as many attempts as requests", () => {
  law(
    both,
    (scenario) => {
      const none = { limit: 0, first: 1e-5, factor: 1, most: 1e-5, jitter: 0.5 };
      const { limit: _, ...backoff } = none;
      const reported = (retries: Scenario["retries"]) => {
        // measured runs had none, so that the report is not sure of its error any more
        const { retries: own, scenario: _, modelError: __, ...report } = summarize(recorded({ ...scenario, retries }));
        return { own, report };
      };
      const [zero, without] = [
        reported({ client: { limit: 0, timeout: undefined, backoff }, router: none, breaker: undefined }),
        reported(undefined),
      ];
      expect(zero.report).toEqual(without.report);
      expect(without.own).toBeUndefined();
      expect(zero.own!.attempts).toBe(zero.report.requests.arrived);
    },
    16,
  );
});

test("output tokens count once, of the attempt that is answered; what others put out is wasted", () => {
  let wasted = 0;
  law(
    both,
    (scenario) => {
      const { requests, served, retries } = recorded(scenario);
      const rows = [...requests.status.keys()];
      const outputs = sum(rows.filter((row) => requests.status[row] === 1).map((row) => requests.outputTokens[row]!));
      const begun = rows.filter((row) => requests.status[row] !== 1 && !Number.isNaN(requests.firstTokenNs[row]!));
      expect(served!.outputTokens).toBe(outputs + begun.length);
      wasted += retries!.wastedOutputTokens;
    },
    24,
  );
  expect(wasted).toBeGreaterThan(0);
});

test("the breakdown adds up to the mean TTFT and TPOT: what went before the attempt that is answered is part of the queue", () => {
  law(
    both,
    (scenario) => {
      const recording = recorded(scenario);
      const { breakdown } = summarize(recording);
      const { ttftNs, tpotNs } = recording.served ?? servedOf(recording.requests);
      if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
      if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
    },
    16,
  );
});

test("a report of a run with retries is what its schema says, in its order", async () => {
  const schema = await reportSchema();
  law(
    both,
    (scenario) => {
      const report = JSON.stringify(summarize(recorded(scenario, { rows: false })));
      expect(JSON.stringify(schema.parse(JSON.parse(report)))).toBe(report);
    },
    12,
  );
});

import { summarize } from "@tokenyard/report";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../../drawn-scenario.contract.ts";
import { loadedScenario } from "../../loaded-scenario.contract.ts";
import { prepare } from "../../setup/prepare.ts";
import { run } from "../../simulate.ts";
import type { RequestRow } from "./request-rows.ts";

function rowsOf(scenario: Parameters<typeof prepare>[0]) {
  const rows: RequestRow[] = [];
  const recording = run(prepare(scenario), { onRequest: (row) => rows.push({ ...row }) });
  return { rows, report: summarize(recording), recording };
}

/** The ⌈qn⌉-th smallest of the numbers, in seconds, where NaN is above all others; null when there are none. */
function statsOf(ns: readonly number[]) {
  const sorted = ns.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)).sort((a, b) => a - b);
  const at = (q: number) => {
    const value = sorted[Math.ceil(q * sorted.length) - 1]!;
    return Number.isFinite(value) ? value / 1e9 : null;
  };
  return sorted.length === 0 ? null : { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(1) };
}

test("under load the rows give the report's percentiles back, and its counts of requests, tokens and preemptions", () => {
  fc.assert(
    fc.property(loadedScenario, fc.constantFrom(0, 0.2), (scenario, warmUp) => {
      const measured = { ...scenario, measure: { warmUp, coolDown: warmUp / 2, levels: 16 } };
      const { rows, report } = rowsOf(measured);
      expect(rows.map(({ request }) => request).sort((a, b) => a - b)).toEqual([...rows.keys()]);
      const finished = rows.filter(({ status }) => status === "finished");
      expect(report.requests).toMatchObject({ arrived: rows.length, finished: finished.length });
      expect(report.requests.rejected).toBe(rows.filter(({ status }) => status === "rejected").length);
      expect(report.tokens.output).toBe(finished.reduce((sum, { outputTokens }) => sum + outputTokens, 0));
      expect(report.kv!.preemptions).toBe(rows.reduce((sum, { preemptions }) => sum + preemptions, 0));
      const counted = rows.filter(({ counts }) => counts);
      const tpot = (row: RequestRow) => (row.finishedNs - row.firstTokenNs) / (row.outputTokens - 1);
      const answered = (row: RequestRow, ns: number) => (row.status === "finished" ? ns : Number.NaN);
      for (const [stats, ns] of [
        [report.ttftSeconds, counted.map((row) => answered(row, row.firstTokenNs - row.arrivedNs))],
        [report.queueSeconds, counted.map((row) => answered(row, row.startedNs - row.arrivedNs))],
        [report.prefillSeconds, counted.map((row) => answered(row, row.firstTokenNs - row.startedNs))],
        [report.e2eSeconds, counted.map((row) => row.finishedNs - row.arrivedNs)],
        [report.tpotSeconds, counted.filter((row) => row.outputTokens > 1).map(tpot)],
      ] as const) {
        const { mean, unanswered = 0, ...rest } = stats ?? { mean: 0 };
        expect(stats === null ? null : rest).toEqual(statsOf(ns));
        expect(unanswered).toBe(ns.filter(Number.isNaN).length);
        if (unanswered > 0) expect(mean).toBeNull();
        else if (stats !== null) expect(mean).toBeLessThanOrEqual(stats.max! * (1 + 1e-12));
      }
      for (const [at, name] of (report.classes ?? []).map((each, i) => [i, each.name] as const))
        expect(report.classes![at]!.requests.arrived).toBe(rows.filter(({ className }) => className === name).length);
    }),
    { numRuns: drawnCases(24) },
  );
});

test("hearing of requests changes nothing else, and a replica is one that there is", () => {
  fc.assert(
    fc.property(loadedScenario, (scenario) => {
      const { rows, report } = rowsOf(scenario);
      expect(report).toEqual(summarize(run(prepare(scenario))));
      for (const { status, replica } of rows) if (status === "finished") expect(replica).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: drawnCases(8) },
  );
});

test("a batch that is dealt out has rows too, with the times that its table has", () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      const { rows, recording } = rowsOf(scenario);
      const { firstTokenNs, finishedNs, promptTokens } = recording.requests;
      expect(rows).toHaveLength(firstTokenNs.length);
      for (const row of rows) {
        expect([row.firstTokenNs, row.finishedNs, row.promptTokens]).toEqual(
          [firstTokenNs, finishedNs, promptTokens].map((column) => column[row.request]),
        );
        expect(row.startedNs).toBeLessThan(row.firstTokenNs);
        expect(row.status).toBe("finished");
      }
    }),
    { numRuns: drawnCases(8) },
  );
});

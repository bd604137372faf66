import { REQUEST_STATES, type RequestState } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../../drawn-scenario.contract.ts";
import { cachedScenario } from "../../laws/cached-scenario.contract.ts";
import { loadedScenario } from "../../loaded-scenario.contract.ts";
import { prepare } from "../../setup/prepare.ts";
import { run } from "../../simulate.ts";
import type { RequestRow } from "./request-rows.ts";

const EVERYTHING = { fromNs: 0, toNs: Number.POSITIVE_INFINITY };

interface Span {
  readonly state: RequestState;
  readonly startNs: number;
  readonly endNs: number;
}

/** The spans of each request, in order, beside its row and the recording. */
function reported(scenario: Scenario, window = EVERYTHING) {
  const rows: RequestRow[] = [];
  const recording = run(prepare(scenario), { spans: window, onRequest: (row) => rows.push({ ...row }) });
  const { request, state, startNs, endNs } = recording.requestSpans!;
  const spans = new Map<number, Span[]>(rows.map((row) => [row.request, []]));
  for (let i = 0; i < request.length; i++) {
    spans.get(request[i]!)!.push({ state: REQUEST_STATES[state[i]!]!, startNs: startNs[i]!, endNs: endNs[i]! });
  }
  for (const each of spans.values()) each.sort((a, b) => a.startNs - b.startNs);
  return { rows, spans, recording };
}

test("the spans of a request follow one another without a gap from its arrival to its end, and agree with its row", {
  tags: "long",
}, () => {
  for (const scenarios of [loadedScenario, cachedScenario, drawnScenario]) {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { rows, spans, recording } = reported(scenario);
        for (const row of rows) {
          const own = spans.get(row.request)!;
          const has = (state: RequestState) => own.filter((span) => span.state === state);
          const ends = row.status === "finished" ? row.finishedNs : own.at(-1)?.endNs;
          if (own.length > 0) expect([own[0]!.startNs, own.at(-1)!.endNs]).toEqual([row.arrivedNs, ends]);
          for (let i = 1; i < own.length; i++) expect(own[i]!.startNs).toBe(own[i - 1]!.endNs);
          for (const { startNs, endNs } of own) expect(endNs).toBeGreaterThan(startNs);
          if (has("prefill").length > 0) expect(has("prefill")[0]!.startNs).toBe(row.startedNs);
          const isHandedOver = scenario.serving.firstToken === "decode" && has("decode").length > 0; // the pool that decodes gives the first token
          if (isHandedOver) expect(has("decode")[0]!.startNs).toBe(row.firstTokenNs);
          if (row.status === "finished" && !isHandedOver) expect(has("prefill").at(-1)!.endNs).toBe(row.firstTokenNs);
          if (row.status === "finished") expect(has("prefill").at(-1)!.endNs).toBeLessThanOrEqual(row.firstTokenNs);
          if (has("decode").length > 0) expect(has("decode")[0]!.startNs).toBeGreaterThanOrEqual(row.firstTokenNs);
          expect(has("preempted").length).toBeLessThanOrEqual(row.preemptions);
          expect(row.status === "finished" || own.every(({ endNs }) => endNs <= recording.horizonNs)).toBe(true);
        }
      }),
      { numRuns: drawnCases(12), endOnFailure: true },
    );
  }
});

test("a window keeps the spans that touch it, and no others", { tags: "long" }, () => {
  fc.assert(
    fc.property(
      loadedScenario,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (scenario, a, b) => {
        const { spans: all, recording } = reported(scenario);
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((share) => Math.floor(share * recording.horizonNs));
        const { spans: some } = reported(scenario, { fromNs: from!, toNs: to! });
        const wanted = [...all].map(([request, spans]) => [request, spans.filter(({ startNs, endNs }) => endNs > from! && startNs < to!)]);
        expect([...some]).toEqual(wanted);
      },
    ),
    { numRuns: drawnCases(8), endOnFailure: true },
  );
});

const PLAN = {
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 4, kvHeads: 4, headSize: 16 },
    dense: { hiddenSize: 128, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
  },
  workload: { kind: "open", requests: 8, rate: "20000 requests/s", promptTokens: 30, outputTokens: 40 },
};

test("under load the trace has cache as it is held: none at the begin, none at the end, in whole blocks", () => {
  const { recording } = reported(parseScenario({ ...PLAN, serving: { scheduler: { kind: "continuous" } } }));
  const { atNs, tokens } = recording.cacheSteps!;
  expect(atNs.length).toBeGreaterThan(8);
  expect(tokens.at(-1)).toBe(0);
  expect([...atNs]).toEqual([...atNs].sort((a, b) => a - b));
  for (const each of tokens) expect(each % 16).toBe(0);
});

test("a cache that moves is a span between the pools, as long as its transfer, and no more of it is decode", () => {
  const pools = [{ role: "prefill" }, { role: "decode" }];
  const { rows, spans, recording } = reported(parseScenario({ ...PLAN, pools, serving: { scheduler: { kind: "continuous" } } }));
  const moved = [...spans.values()].flatMap((each) => each.filter(({ state }) => state === "moved"));
  expect(moved).toHaveLength(rows.length);
  expect(moved.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0)).toBe(recording.transfers!.ns.sum);
  for (const each of spans.values()) {
    const states = each.map(({ state }) => state).filter((state, i, all) => state !== "queued" && state !== all[i - 1]);
    expect(states).toEqual(["prefill", "moved", "decode"]);
  }
});

test("a request that loses its cache waits as preempted, and goes on", () => {
  const gpu = { ...PLAN.cluster.gpu, memory: "260 kB", memoryShare: "100 %" };
  const scenario = parseScenario({
    ...PLAN,
    cluster: { ...PLAN.cluster, gpu },
    serving: { scheduler: { kind: "continuous", tokenBudget: 64, maxSequences: 8 } },
  });
  const { rows, spans } = reported(scenario);
  expect(rows.reduce((sum, { preemptions }) => sum + preemptions, 0)).toBeGreaterThan(0);
  for (const { request, preemptions } of rows) {
    const states = spans.get(request)!.map(({ state }) => state);
    expect(states.filter((state) => state === "preempted")).toHaveLength(preemptions);
    expect(states.at(-1)).toBe("decode");
  }
});

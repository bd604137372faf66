import { createTokenRouter, type Pass, type TokenRouter } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Policies } from "../inputs/setup.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import type { RequestRow } from "../logs/requests/request-rows.ts";
import { executorContract } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";

/** Of classes, each of which has a mix of its own. Ranks with parts of a data group's rows would be reported the padding among them, too. */
const byClass = ({ routing, ...scenario }: Scenario): Scenario => ({
  ...scenario,
  routing: {
    ...routing,
    ...(scenario.serving.batchSizes === undefined ? {} : { sequenceParallel: "none" }),
    gate: { kind: "correlated", by: "class", sigma: 1, mixes: 2, common: 0.5, repeat: 0.3, shared: false },
  },
});
const hasClasses = ({ model, workload }: Scenario) =>
  model.experts !== undefined && "classes" in workload && workload.classes !== undefined;
const loaded = loadedScenario.filter(hasClasses).map(byClass);
const cached = cachedScenario.filter(hasClasses).map(byClass);

/** A run of `scenario`: tokens that its passes routed in the first layer with experts, by class, and what its requests asked for. */
function classesOf(scenario: Scenario, policies: Policies = {}) {
  const { model, routing, workload } = scenario;
  const isWhole = scenario.serving.overlap.kind === "none";
  const names = !("classes" in workload) ? [] : workload.classes!.map(({ name }) => name);
  const inner = createTokenRouter(model, routing.gate, new Streams(scenario.seed));
  const routed = names.map(() => 0);
  const asked = names.map(() => 0);
  const wrong: string[] = [];
  let first = Number.POSITIVE_INFINITY;
  let tokens: number[] = [];
  const router: TokenRouter = {
    kind: "correlated",
    draws: true,
    shares: (layer) => inner.shares!(layer),
    begin(pass) {
      const { newTokens, sequences, byClass: own, decoding } = pass as Partial<Pass> & Pick<Pass, "sequences">; // of sources that share tokens they are parts
      const { classes } = own!;
      const of = (column: Float64Array, g: number) => column.subarray(g * classes, (g + 1) * classes).reduce((sum, n) => sum + n, 0);
      for (let g = 0; g < (newTokens?.length ?? 0); g++) {
        const reported = [of(own!.tokens, g), of(own!.sequences, g), of(own!.decoding, g)];
        const all = isWhole ? sequences[g] : reported[1]; // a prompt that is cut is in both halves
        const wanted = [newTokens![g], all, decoding!.sequences[g]];
        if (reported.join() !== wanted.join()) wrong.push(`${reported} by class, ${wanted} in all`);
        if (own!.tokens.some((n, at) => n < own!.sequences[at]! || own!.sequences[at]! < own!.decoding[at]! || own!.decoding[at]! < 0))
          wrong.push("fewer than none");
      }
      tokens = names.map((_, c) => own!.tokens.reduce((sum, n, at) => sum + (at % classes === c ? n : 0), 0));
      inner.begin!(pass);
    },
    route(layer, ...rest) {
      first = Math.min(first, layer);
      if (layer === first) for (const [c, n] of tokens.entries()) routed[c]! += n;
      inner.route(layer, ...rest);
    },
  };
  const onRequest = ({ className, promptTokens, outputTokens, status }: RequestRow) => {
    if (status === "finished") asked[names.indexOf(className)]! += promptTokens + outputTokens - 1; // the last token is not computed on
  };
  const { served } = run(prepare(scenario, { ...policies, router }), { onRequest });
  return { routed, asked, wrong, recomputed: served!.recomputedTokens! };
}

test("passes and their halves have their tokens by class: all of them, and those that the requests of a class asked for", () => {
  let exact = 0;
  fc.assert(
    fc.property(loaded, (scenario) => {
      const { routed, asked, wrong, recomputed } = classesOf(scenario);
      expect(wrong).toEqual([]);
      if (recomputed === 0) expect(routed).toEqual(asked);
      else for (const [c, tokens] of routed.entries()) expect(tokens).toBeGreaterThanOrEqual(asked[c]!);
      exact += Number(recomputed === 0);
    }),
    { numRuns: 16 },
  );
  expect(exact).toBeGreaterThan(10);
});

test("with a prefix cache tokens that are found there are of no class: they are not computed", () => {
  let found = 0;
  fc.assert(
    fc.property(cached, (scenario) => {
      const { routed, asked, wrong, recomputed } = classesOf(scenario);
      expect(wrong).toEqual([]);
      if (recomputed > 0) return;
      for (const [c, tokens] of routed.entries()) expect(tokens).toBeLessThanOrEqual(asked[c]!);
      found += asked.reduce((sum, n) => sum + n, 0) - routed.reduce((sum, n) => sum + n, 0);
    }),
    { numRuns: 12 },
  );
  expect(found).toBeGreaterThan(0);
});

executorContract("gates that go by the classes of a load", loaded, 8);

const TRACE = "arrivedSeconds,promptTokens,outputTokens,class\n0,40,1,chat\n0,60,1,code\n0.5,30,1,code\n";

function traced(gate: object, classes: object | undefined) {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 8, topK: 1, hiddenSize: 64 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    routing: { gate },
    workload: { kind: "trace", path: "trace.csv", format: "csv", ...(classes === undefined ? {} : { classes }) },
    serving: { scheduler: "continuous" },
  });
}

test("classes that rows of a trace name have mixes too", () => {
  const scenario = traced({ kind: "correlated", by: "class", sigma: 1 }, [{ name: "chat" }, { name: "code" }]);
  const readPieces = () => [new TextEncoder().encode(TRACE)];
  const { routed, wrong } = classesOf(scenario, { readPieces });
  expect([routed, wrong]).toEqual([[40, 60 + 30], []]);
});

test("a gate by class is refused where the workload has no classes", () => {
  expect(() => prepare(traced({ kind: "correlated", by: "class", sigma: 1 }, undefined), { readPieces: () => [] })).toThrow(Problems);
});

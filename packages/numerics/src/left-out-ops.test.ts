import { compilePlan } from "@tokenyard/placement";
import type { Op } from "@tokenyard/program";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DrawnPlan, drawnPlan, fewNumbers } from "./drawn-plan.contract.ts";
import { type ExecuteOptions, execute, programsOf } from "./execute.ts";
import { type Finding, findingText } from "./finding.ts";
import { drawnInputs } from "./load.ts";
import { layerSpecs } from "./weights/layer-specs.ts";
import { modelWeights } from "./weights/model-weights.ts";

/** An op of a plan that is carried out wrongly, and what comes of it. */
interface Mutant {
  readonly op: Op;
  readonly name: string;
  /** Whether it changes anything: numbers that are moved, or multiplied. */
  readonly works: boolean;
  readonly found: string | undefined;
  /** Whether the finding that comes first names it. */
  readonly isNamed: boolean;
}

/** What each op of an execution moves and multiplies, all visits together, and the first finding. */
interface Ran {
  readonly counts: ReadonlyMap<Op, number>;
  readonly first: Finding | undefined;
}

/** Each op of a plan once left out, and once with a barrier that is one rank short. */
function mutants({ scenario, load }: DrawnPlan): { readonly leftOut: Mutant[]; readonly short: Mutant[] } {
  const plan = compilePlan(scenario);
  const weights = modelWeights(scenario.model, new Streams(scenario.seed));
  const programs = programsOf(scenario, plan);
  const run = (options: ExecuteOptions = {}): Ran => {
    const counts = new Map<Op, number>();
    const executed: ExecuteOptions["executed"] = ({ op, node, fabric, multiplyAdds }) =>
      counts.set(op, (counts.get(op) ?? 0) + node + fabric + multiplyAdds);
    const { findings } = execute(programs, { scenario, plan }, weights, load, { ...options, executed });
    return { counts, first: findings[0] };
  };
  const did = run().counts;
  const all = programs.flatMap((slices, stage) => slices.flatMap(({ ops }) => ops.map((op) => ({ op, stage }))));
  const mutant = (op: Op, stage: number, works: boolean, first: Finding | undefined): Mutant => ({
    op,
    name: `${op.work} of layer ${op.layer} on stage ${stage}`,
    works,
    found: first && findingText(first),
    isNamed: first?.work === op.work && first.layer === op.layer && first.stage === stage,
  });
  const leftOut = all.flatMap(({ op, stage }) =>
    (did.get(op) ?? 0) > 0 ? [mutant(op, stage, true, run({ leavesOut: (each) => each === op }).first)] : [],
  );
  const short = all.flatMap(({ op, stage }) => {
    if (op.barrier === "none" || (did.get(op) ?? 0) === 0) return [];
    const { counts, first } = run({ isShort: (each) => each === op });
    return [mutant(op, stage, counts.get(op) !== did.get(op), first)]; // its counts are not its price
  });
  return { leftOut, short };
}

/** Whether it gathers rows that no mixer reads, as the next layer has none: they are cut into the same parts again. */
function isUnread({ scenario: { model } }: DrawnPlan, { work, layer }: Op): boolean {
  return work === "all-gather" && layerSpecs(model)[layer + 1]?.mixer.kind === "none";
}

function areFound(runs: number) {
  let [works, shorts, named] = [0, 0, 0];
  fc.assert(
    fc.property(drawnPlan, (drawn) => {
      const { leftOut, short } = mutants(drawn);
      for (const { op, name, works: isAtWork, found, isNamed } of leftOut) {
        if (!isAtWork) continue; // it moves nothing: groups of one, and data groups without tokens
        works++;
        if (found === undefined && isUnread(drawn, op)) continue; // its counts alone say that it is missing
        expect({ name, found, isNamed }).toEqual({ name, found: expect.any(String), isNamed: true });
      }
      for (const { works: isAtWork, isNamed } of short) {
        if (!isAtWork) continue;
        shorts++;
        if (isNamed) named++;
      }
    }),
    { numRuns: runs },
  );
  expect(works).toBeGreaterThan(3 * runs);
  expect(shorts).toBeGreaterThan(runs);
  expect(named / shorts).toBeGreaterThan(0.9); // of the others their counts say so: an op that moves rows which are not needed
}

describe("an op that is left out is found, and named by op, layer and stage; one that waits for a rank less by these, or by its counts", () => {
  test("in some plans", () => areFound(2));
  test("in many plans", { tags: ["long"] }, () => areFound(Number(process.env["PLANS"] ?? 200)));
});

test("an all-gather before a layer without a mixer is the one op that only its counts miss", () => {
  const mixer = { kind: "grouped-query", heads: 8, kvHeads: 4, headSize: 4 };
  const feedForward = { kind: "experts" };
  const layerKinds = { plain: { mixer, feedForward }, bare: { mixer: { kind: "none" }, feedForward } };
  const scenario = fewNumbers({
    model: { attention: undefined, layerKinds, layerPattern: ["plain", "bare"], experts: { count: 4, topK: 1, hiddenSize: 8 } },
    parallelism: { expert: 1, tensor: 4, attention: { tensor: 2 } },
    routing: { sequenceParallel: "reduce-scatter" },
  });
  const prompts = [4, 3];
  const drawn = { scenario, load: { prompts, outputs: 1, inputs: drawnInputs(scenario.model, prompts, new Streams(7)) } };
  const missed = mutants(drawn).leftOut.filter(({ found }) => found === undefined);
  expect(missed.map(({ name }) => name)).toEqual(["all-gather of layer 0 on stage 0"]);
  expect(missed.every(({ op }) => isUnread(drawn, op))).toBe(true);
});

test("a closing sum of shares that is left out is named, not the exchange that brought this rank's", () => {
  const scenario = fewNumbers({
    model: { layers: 1, experts: { count: 8, topK: 1, hiddenSize: 8, shared: 1 } },
    parallelism: { expert: 4, tensor: 2, attention: { tensor: 4 } },
    routing: { expertReduce: "before-combine", sequenceParallel: "none" },
  });
  const prompts = [1];
  for (let seed = 0; seed < 8; seed++) {
    const drawn = { scenario, load: { prompts, outputs: 1, inputs: drawnInputs(scenario.model, prompts, new Streams(seed)) } };
    expect(mutants(drawn).leftOut.filter(({ isNamed }) => !isNamed)).toEqual([]);
  }
});

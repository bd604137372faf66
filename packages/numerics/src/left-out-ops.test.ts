import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DrawnPlan, drawnPlan } from "./drawn-plan.contract.ts";
import { type Executed, execute, programsOf } from "./execute.ts";
import { findingText } from "./finding.ts";
import { modelWeights } from "./weights/model-weights.ts";

/** An op of a plan, and what is found when it is left out. */
interface LeftOut {
  readonly name: string;
  /** Whether it did anything: moved numbers, or multiplied. */
  readonly works: boolean;
  readonly found: string | undefined;
  /** Whether what is found first names it. */
  readonly isNamed: boolean;
}

/** Leaves out each op of a plan, one after the other. */
function leftOutOps({ scenario, load }: DrawnPlan): LeftOut[] {
  const plan = compilePlan(scenario);
  const weights = modelWeights(scenario.model, new Streams(scenario.seed));
  const programs = programsOf(scenario, plan);
  const did = new Map<unknown, number>();
  const count = ({ op, node, fabric, multiplyAdds }: Executed) => did.set(op, (did.get(op) ?? 0) + node + fabric + multiplyAdds);
  execute(programs, { scenario, plan }, weights, load, { executed: count });
  return programs.flatMap((slices, stage) =>
    slices.flatMap(({ ops }) =>
      ops.map((op): LeftOut => {
        const { findings } = execute(programs, { scenario, plan }, weights, load, { leavesOut: (each) => each === op });
        const first = findings[0];
        return {
          name: `${op.work} of layer ${op.layer} on stage ${stage}`,
          works: (did.get(op) ?? 0) > 0,
          found: first && findingText(first),
          isNamed: first?.work === op.work && first.layer === op.layer && first.stage === stage,
        };
      }),
    ),
  );
}

function areFound(runs: number) {
  let works = 0;
  fc.assert(
    fc.property(drawnPlan, (drawn) => {
      for (const { name, works: isAtWork, found, isNamed } of leftOutOps(drawn)) {
        if (!isAtWork) continue; // it moves nothing: groups of one, and data groups without tokens
        works++;
        expect({ name, found, isNamed }).toEqual({ name, found: expect.any(String), isNamed: true });
      }
    }),
    { numRuns: runs },
  );
  expect(works).toBeGreaterThan(3 * runs);
}

describe("an op that is left out is found, and named by op, layer and stage", () => {
  test("in some plans", () => areFound(2));
  test("in many plans", { tags: ["long"] }, () => areFound(200));
});

import { type Execution, executing, type Load, type ModelWeights, programsOf } from "@tokenyard/numerics";
import { compilePlan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { WorkCounter } from "./counted-work.ts";

/** Effect of the capacity of experts on outputs. Weights are random: a proxy, without any statement on the quality of answers. */
export interface Drops {
  /** Copies of passes with prompts, and of those that decode. */
  readonly prefill: { readonly dropped: number; readonly all: number };
  readonly decode: { readonly dropped: number; readonly all: number };
  /** Output tokens that are still those of one device, which drops none. */
  readonly outputs: { readonly same: number; readonly all: number };
  /** Number of ops whose counts differ from their prices. */
  readonly wrong: number;
}

/** Executes a plan whose experts drop copies, as `scenario` says. Yields visits. */
export function* dropsOf(
  scenario: Scenario,
  weights: ModelWeights,
  load: Load,
  wanted: Execution["tokens"],
): Generator<number, Drops, void> {
  const plan = compilePlan(scenario);
  const copies = [
    { dropped: 0, all: 0 },
    { dropped: 0, all: 0 },
  ];
  const counter = new WorkCounter(scenario, plan);
  const { tokens } = yield* executing(programsOf(scenario, plan), { scenario, plan }, weights, load, {
    executed: (executed) => {
      counter.add(executed);
      const { op, stage, phase } = executed;
      if (op.work !== "gate") return;
      for (let source = 0; source < plan.sources; source++) {
        const { slots } = stage.visits[source * plan.sourceRanks]!.choices!;
        copies[phase]!.all += slots.length;
        for (const slot of slots) if (slot < 0) copies[phase]!.dropped++;
      }
    },
  });
  const wrong = counter.counted().reduce((sum, work) => sum + work.wrong, 0);
  return { prefill: copies[0]!, decode: copies[1]!, outputs: sameOutputs(tokens, wanted, load), wrong };
}

/** Number of output tokens that equal `wanted`. */
export function sameOutputs(tokens: Execution["tokens"], wanted: Execution["tokens"], { prompts }: Load) {
  const outputs = { same: 0, all: 0 };
  for (const [sequence, own] of tokens.entries()) {
    for (let at = prompts[sequence]!; at < own.length; at++) {
      outputs.all++;
      if (own[at] === wanted[sequence]![at]) outputs.same++;
    }
  }
  return outputs;
}

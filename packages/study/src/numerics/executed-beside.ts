import { DepartureWatch, departureText, executing, findingText, type Load, type ModelWeights, programsOf } from "@tokenyard/numerics";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { type CountedWork, WorkCounter } from "./counted-work.ts";
import { sameOutputs } from "./drops.ts";
import { type Held, heldCaches, heldWeights } from "./held.ts";
import type { OneDevice } from "./one-device.ts";

/** Largest difference from one device that double precision explains, over the largest number of the layer. */
export const MOST_ERROR = 1e-12;

/** Findings that are listed. */
const MOST_FINDINGS = 10;

/** A plan that was executed in double precision, beside one device that has ended. */
export interface ExecutedBeside {
  /** The largest difference of a row, tokens of output that are the same, and choices of experts that are. */
  readonly error: number;
  readonly outputs: { readonly same: number; readonly all: number };
  readonly routings: { readonly same: number; readonly all: number };
  /** The first difference: where the numbers depart, and which parts sums lack. */
  readonly departure: string | null;
  readonly findings: readonly string[];
  readonly works: readonly CountedWork[];
  readonly weights: Held;
  readonly caches: Held;
  /** Prices that are meant to differ, with their formulas. */
  readonly meant: readonly { readonly name: string; readonly formula: string; readonly bytes: number; readonly flops: number }[];
  /** Mechanisms that were not executed, for which the verdict does not hold. */
  readonly unverified: readonly string[];
  /** Whether it computes the same, and moves and holds what is priced. */
  readonly isRight: boolean;
  readonly isPriced: boolean;
}

export interface BesideSpec {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly weights: ModelWeights;
  readonly load: Load;
  readonly leaveOut: string | undefined;
}

/** Executes a plan, and compares every row with those of `device`, and every count with its price. Yields visits. */
export function* executedBeside(
  device: OneDevice,
  { scenario, plan, weights, load, leaveOut }: BesideSpec,
): Generator<number, ExecutedBeside, void> {
  const counter = new WorkCounter(scenario, plan);
  const watch = new DepartureWatch(device, MOST_ERROR);
  const execution = yield* executing(programsOf(scenario, plan), { scenario, plan }, weights, load, {
    ...(leaveOut === undefined ? {} : { leavesOut: ({ work }) => work === leaveOut }),
    observe: watch.observe,
    executed: (executed) => {
      if (leaveOut === undefined) counter.add(executed);
      watch.executed(executed);
    },
  });
  const { error, routings, first } = watch;
  const outputs = sameOutputs(execution.tokens, device.execution.tokens, load);
  const works = counter.counted();
  const caches = heldCaches(scenario, plan, execution, load);
  const held = heldWeights(scenario, plan, execution);
  const isOther = execution.unverified.size > 0; // its weights and caches are not there
  const isSame = outputs.same === outputs.all && routings.same === routings.all;
  return {
    error,
    outputs,
    routings,
    departure: first === undefined ? null : departureText(first),
    findings: execution.findings.slice(0, MOST_FINDINGS).map(findingText),
    works,
    weights: held,
    caches,
    meant: [...counter.meant].map(([name, each]) => ({ name, ...each })).filter(({ bytes, flops }) => bytes > 0 || flops > 0),
    unverified: [...execution.unverified].map(([work, layers]) => `${work}${layers.has(-1) ? "" : ` in ${layersText([...layers])}`}`),
    isRight: error <= MOST_ERROR && isSame && execution.findings.length === 0,
    isPriced: works.every(({ wrong }) => wrong === 0) && (isOther || (caches.wrong === 0 && held.wrong === 0)),
  };
}

function layersText(layers: readonly number[]): string {
  const shown = layers.slice(0, 8).join(", ");
  return `${layers.length === 1 ? "layer" : "layers"} ${shown}${layers.length > 8 ? ` and ${layers.length - 8} more` : ""}`;
}

import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import type { DrawnPlan } from "./drawn-plan.contract.ts";
import { type ExecuteOptions, type Execution, execute, programsOf } from "./execute.ts";
import { greedy, type JudgedToken, oneDevice, rms } from "./one-device.contract.ts";
import { type ModelWeights, modelWeights } from "./weights/model-weights.ts";

export interface Judged {
  readonly execution: Execution;
  /** Largest difference of any rank's row from the judge's, over the largest number of its layer. */
  readonly error: number;
  /** The first row that is off by more than double precision. */
  readonly departure: { readonly rank: number; readonly layer: number; readonly half: number } | undefined;
  /** Rows that ranks were seen to hold. */
  readonly seen: number;
  readonly sameTokens: boolean;
}

/** Carries out a plan and compares every row that a rank holds with what the judge makes of the whole model. */
export function judged({ scenario, load }: DrawnPlan, options: ExecuteOptions = {}): Judged {
  const { model } = scenario;
  const weights = modelWeights(model, new Streams(scenario.seed).under("numerics"));
  const wanted = judgedRows({ scenario, load }, weights);
  const plan = compilePlan(scenario);
  let seen = 0;
  let error = 0;
  let departure: Judged["departure"];
  const execution = execute(programsOf(scenario, plan), { scenario, plan }, weights, load, {
    ...options,
    observe: (visit, layer, half, row, numbers, at) => {
      seen++;
      const { tokens } = visit;
      const state = wanted.rows.get(`${tokens.sequence[row]}/${tokens.position[row]}`)!.states[layer]![half]!;
      for (let c = 0; c < state.length; c++) {
        const off = Math.abs(numbers[at + c]! - state[c]!) / wanted.most[layer]!;
        if (!(off <= error)) error = off;
        if (!(off <= 1e-12)) departure ??= { rank: visit.rank.id, layer, half };
      }
    },
  });
  const sameTokens = JSON.stringify(execution.tokens) === JSON.stringify(wanted.tokens);
  return { execution, error, departure, seen, sameTokens };
}

function judgedRows({ scenario, load }: DrawnPlan, weights: ModelWeights) {
  const { model } = scenario;
  const rows = new Map<string, JudgedToken>();
  const most = Array.from({ length: model.layers }, () => Number.MIN_VALUE);
  const token = oneDevice(model, weights);
  const rowOf = (word: number) => [...weights.embedding!.numbers.slice(word * model.hiddenSize, (word + 1) * model.hiddenSize)];
  const tokens = load.prompts.map((count, sequence): number[] => {
    const words = "tokens" in load.inputs ? [...load.inputs.tokens[sequence]!] : [];
    const given = "rows" in load.inputs ? load.inputs.rows[sequence]!.map((row) => [...row]) : [];
    for (let position = 0; position < count + load.outputs - 1; position++) {
      const { out, judged } = token(sequence, words.length > 0 ? rowOf(words[position]!) : given[position]!);
      rows.set(`${sequence}/${position}`, judged);
      for (const [layer, states] of judged.states.entries()) {
        for (const state of states) for (const number of state ?? []) most[layer] = Math.max(most[layer]!, Math.abs(number));
      }
      if (position < count - 1) continue;
      if (words.length > 0) words.push(greedy(out, weights.head!));
      else given.push(rms(out));
    }
    return words;
  });
  return { rows, most, tokens };
}

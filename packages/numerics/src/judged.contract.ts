import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { type Departure, DepartureWatch } from "./departure.ts";
import type { DrawnPlan } from "./drawn-plan.contract.ts";
import { type ExecuteOptions, type Execution, execute, programsOf } from "./execute.ts";
import { greedy, type JudgedToken, oneDevice, rms } from "./one-device.contract.ts";
import { TokenNumbers } from "./token-numbers.ts";
import { type ModelWeights, modelWeights } from "./weights/model-weights.ts";

export interface Judged {
  readonly execution: Execution;
  /** Largest difference of any rank's row from the judge's, over the largest number of its layer. */
  readonly error: number;
  /** The first row that is off by more than double precision. */
  readonly departure: Departure | undefined;
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
  const numbers = new TokenNumbers(load.prompts);
  const rowOf = (token: number) => {
    const { sequence, position } = numbers.placeOf(token);
    return wanted.rows.get(`${sequence}/${position}`)!;
  };
  const watch = new DepartureWatch(
    {
      differenceOf: (token, layer, half, row, at) =>
        rowOf(token).states[layer]?.[half]?.reduce(
          (most, number, c) => Math.max(most, Math.abs(row[at + c]! - number) / wanted.most[layer]!),
          0,
        ),
      choosesAlike: (token, layer, experts) => rowOf(token).chosen[layer]!.every((expert) => experts.includes(expert)),
    },
    1e-12,
  );
  const execution = execute(programsOf(scenario, plan), { scenario, plan }, weights, load, {
    ...options,
    observe: (...each) => {
      seen++;
      watch.observe(...each);
    },
    executed: (executed) => {
      options.executed?.(executed);
      watch.executed(executed);
    },
  });
  const { error, first: departure } = watch;
  const sameTokens = JSON.stringify(execution.tokens) === JSON.stringify(wanted.tokens);
  return { execution, error, departure, seen, sameTokens };
}

function judgedRows({ scenario, load }: DrawnPlan, weights: ModelWeights) {
  const { model } = scenario;
  const rows = new Map<string, JudgedToken>();
  const most = Array.from({ length: model.layers }, () => Number.MIN_VALUE);
  const { gate } = scenario.routing;
  const token = oneDevice(model, weights, gate.kind === "grouped" ? gate : undefined);
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

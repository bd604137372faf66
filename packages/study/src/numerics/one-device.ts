import {
  type ExecuteOptions,
  type Execution,
  executing,
  type Load,
  type ModelWeights,
  programsOf,
  type Reference,
  TokenNumbers,
  type Visit,
} from "@tokenyard/numerics";
import { compilePlan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { keepLogits } from "./logits.ts";

/** Rows of one device for every token, after each half of each layer, and its choices of experts. */
export class OneDevice implements Reference {
  #execution: Pick<Execution, "tokens" | "notFinite"> | undefined;
  readonly #width: number;
  readonly #tokens: number;
  /** By layer and half: rows by the numbers of tokens, and the largest number of any. */
  readonly #rows = new Map<number, { readonly numbers: Float64Array; most: number }>();
  /** By layer: experts of each token [tokens × topK]. */
  readonly #chosen = new Map<number, Int32Array>();
  /** Logits of outputs, by `sequence/position` of the token that they follow. */
  readonly logits = new Map<string, Float64Array>();
  /** Numbers of the tokens. */
  readonly numbers: TokenNumbers;

  private constructor({ hiddenSize }: Scenario["model"], { prompts, outputs }: Load) {
    this.numbers = new TokenNumbers(prompts);
    this.#width = hiddenSize;
    this.#tokens = prompts.reduce((sum, prompt) => sum + prompt + outputs - 1, 0);
  }

  /** A device that has executed `load`. Yields visits. `options`: formats, and another observer. */
  static *executing(
    scenario: Scenario,
    weights: ModelWeights,
    { chunk: _, ...load }: Load,
    options: Pick<ExecuteOptions, "formats" | "observe" | "executed"> = {},
  ): Generator<number, OneDevice, void> {
    const { model, cluster } = scenario;
    const device = new OneDevice(model, load);
    const alone: Scenario = {
      ...scenario,
      cluster: { ...cluster, gpusPerNode: 1 },
      parallelism: { layers: "shared-ranks", pipeline: 1, expert: 1, tensor: 1, data: 1 },
      routing: { gate: scenario.routing.gate, minCapacity: 1, overflow: { kind: "none" } },
    };
    const plan = compilePlan(alone);
    const { tokens, notFinite } = yield* executing(programsOf(alone, plan), { scenario: alone, plan }, weights, load, {
      ...options,
      observe: (visit, layer, half, row, numbers, at) => {
        device.#keep(visit, layer, half, row, numbers, at);
        options.observe?.(visit, layer, half, row, numbers, at);
      },
      executed: (executed) => {
        const { op, stage } = executed;
        if (op.work === "gate") device.#choose(stage.visits[0]!, op.layer);
        if (op.work === "head") keepLogits(stage.visits, 1, model.vocabulary!, device.logits);
        options.executed?.(executed);
      },
    });
    device.#execution = { tokens, notFinite };
    return device;
  }

  /** Without its caches and weights, which take much memory. */
  get execution(): Pick<Execution, "tokens" | "notFinite"> {
    return this.#execution!;
  }

  #keep({ tokens }: Visit, layer: number, half: number, row: number, numbers: Float64Array, at: number): void {
    const key = layer * 3 + half;
    const kept = this.#rows.get(key) ?? { numbers: new Float64Array(this.#tokens * this.#width), most: 0 };
    this.#rows.set(key, kept);
    const to = tokens.id[row]! * this.#width;
    for (let c = 0; c < this.#width; c++) {
      kept.numbers[to + c] = numbers[at + c]!;
      kept.most = Math.max(kept.most, Math.abs(numbers[at + c]!));
    }
  }

  #choose({ tokens, choices }: Visit, layer: number): void {
    const topK = choices!.experts.length / tokens.count;
    const kept = this.#chosen.get(layer) ?? new Int32Array(this.#tokens * topK);
    this.#chosen.set(layer, kept);
    for (let row = 0; row < tokens.count; row++) kept.set(choices!.experts.subarray(row * topK, (row + 1) * topK), tokens.id[row]! * topK);
  }

  /** Largest difference of a row from its own, over the largest number after that half of the layer, if that has any; NaN where any number is none. */
  differenceOf(token: number, layer: number, half: number, numbers: Float64Array, at: number): number | undefined {
    const kept = this.#rows.get(layer * 3 + half);
    if (kept === undefined) return undefined;
    let most = 0;
    for (let c = 0, own = token * this.#width; c < this.#width; c++, own++) {
      most = Math.max(most, Math.abs(numbers[at + c]! - kept.numbers[own]!)); // NaN stays
    }
    return most / kept.most;
  }

  /** Rows behind a half of a layer [tokens × width], and the largest number of any. */
  rowsOf(layer: number, half: number): { readonly numbers: Float64Array; readonly most: number } {
    return this.#rows.get(layer * 3 + half)!;
  }

  /** Experts that a token chooses in `layer`. */
  expertsOf(token: number, layer: number, topK: number): Int32Array {
    return this.#chosen.get(layer)!.subarray(token * topK, (token + 1) * topK);
  }

  /** Whether a token chooses these experts there, in any order. */
  choosesAlike(token: number, layer: number, experts: Int32Array): boolean {
    const own = this.#chosen.get(layer)!.subarray(token * experts.length, (token + 1) * experts.length);
    return experts.every((expert) => own.includes(expert));
  }
}

import {
  type ExecuteOptions,
  type Execution,
  type Formats,
  type Load,
  type Observer,
  roundingOf,
  stepAt,
  type Visit,
} from "@tokenyard/numerics";
import type { ModelSpec } from "@tokenyard/scenario";
import { sameOutputs } from "./drops.ts";
import { divergenceOf, keepLogits } from "./logits.ts";
import type { OneDevice } from "./one-device.ts";

/** Errors of rows after one half of a layer, over the layer's largest number. */
export interface RowErrors {
  readonly half: "attention" | "dense" | "experts";
  readonly layer: number;
  readonly largest: number;
  readonly mean: number;
  /** The largest in steps of the activations' format at the layer's largest number. */
  readonly steps: number;
}

/**
 * Comparison of one execution with another. Tokens behind a different output are left out, as they continue another text, and rows of a
 * token from where its experts differ.
 */
export interface Compared {
  readonly rows: readonly RowErrors[];
  /** `near`: of the choices that differ, those that hang on less than one rounding of each input of the gate. */
  readonly routings: { readonly same: number; readonly all: number; readonly near: number; readonly first: string | null };
  readonly outputs: { readonly same: number; readonly all: number };
  /** KL divergence of the logits, in nats, over outputs whose tokens before are the same; null where there are none. */
  readonly divergence: { readonly mean: number; readonly most: number; readonly outputs: number } | null;
}

const HALVES = ["attention", "dense", "experts"] as const;

/** Errors of one row, wherever it is held. */
interface RowError {
  largest: number;
  sum: number;
  numbers: number;
}

/** Watches an execution beside a device that has ended. */
export class Comparison {
  readonly options: Required<Pick<ExecuteOptions, "observe" | "executed">>;
  readonly #model: ModelSpec;
  readonly #device: OneDevice;
  readonly #formats: Formats;
  /** [tokens] errors by layer and half */
  readonly #errors = new Map<number, (RowError | undefined)[]>();
  /** By layer: of each token, whether its experts differ, and do by less than a rounding. */
  readonly #departures = new Map<number, Map<number, boolean>>();
  readonly #routed = new Map<number, Set<number>>();
  readonly #logits = new Map<string, Float64Array>();

  constructor(model: ModelSpec, device: OneDevice, formats: Formats) {
    this.#model = model;
    this.#device = device;
    this.#formats = formats;
    this.options = {
      observe: this.#observe,
      executed: ({ op, stage }) => {
        if (op.work === "gate") for (const visit of stage.visits) this.#route(visit, op.layer);
        if (op.work === "head") keepLogits(stage.visits, stage.plan.attentionTensor, model.vocabulary!, this.#logits);
      },
    };
  }

  readonly #observe: Observer = ({ tokens }, layer, half, row, numbers, at) => {
    const key = layer * HALVES.length + half;
    const errors = this.#errors.get(key) ?? [];
    this.#errors.set(key, errors);
    const token = tokens.id[row]!;
    const error = errors[token] ?? { largest: 0, sum: 0, numbers: 0 };
    errors[token] = error;
    const width = this.#model.hiddenSize;
    const own = this.#device.rowsOf(layer, half);
    for (let c = 0; c < width; c++) {
      const off = Math.abs(numbers[at + c]! - own.numbers[token * width + c]!);
      error.largest = Math.max(error.largest, off); // NaN stays
      error.sum += off;
    }
    error.numbers += width;
  };

  #route(visit: Visit, layer: number): void {
    const { tokens, choices, gateFrom, gateTo } = visit;
    const { topK } = this.#model.experts!;
    const routed = this.#routed.get(layer) ?? new Set<number>();
    this.#routed.set(layer, routed);
    const departures = this.#departures.get(layer) ?? new Map<number, boolean>();
    this.#departures.set(layer, departures);
    for (let row = 0; row < gateTo - gateFrom; row++) {
      const token = tokens.id[gateFrom + row]!;
      routed.add(token);
      const own = choices!.experts.subarray(row * topK, (row + 1) * topK);
      const wanted = this.#device.expertsOf(token, layer, topK);
      const gained = own.filter((expert) => !wanted.includes(expert));
      if (gained.length === 0) continue;
      const lost = wanted.filter((expert) => !own.includes(expert));
      const isNear = gained.every((a) => lost.some((b) => this.#isNear(visit, layer, row, a, b)));
      departures.set(token, isNear && (departures.get(token) ?? true));
    }
  }

  /** Whether expert `a` comes before `b` by no more than one rounding of each input may move their logits apart. */
  #isNear({ rank, normed }: Visit, layer: number, row: number, a: number, b: number): boolean {
    const { numbers, inFeatures, outFeatures } = rank.weights.layers.get(layer)!.gate!;
    let gap = 0;
    let room = 0;
    for (let i = 0; i < inFeatures; i++) {
      const term = normed![row * inFeatures + i]! * (numbers[i * outFeatures + a]! - numbers[i * outFeatures + b]!);
      gap += term;
      room += Math.abs(term);
    }
    return Math.abs(gap) <= room * roundingOf(this.#formats.float);
  }

  /** Comparison of the watched execution, with its tokens. */
  compared({ tokens }: Pick<Execution, "tokens">, load: Load): Compared {
    const { prompts } = load;
    const reference = this.#device.execution.tokens;
    const same =
      this.#model.vocabulary === undefined
        ? prompts.map((prompt, sequence) => this.#rowsAlike(sequence, prompt, load.outputs))
        : tokens.map((own, sequence) => samePrefix(own, reference[sequence]!, prompts[sequence]!));
    const isSame = (token: number) => this.#isBefore(token, same, prompts);
    return {
      rows: this.#rows(isSame),
      routings: this.#routings(isSame),
      outputs: sameOutputs(tokens, reference, load),
      divergence: this.#divergence(same, prompts),
    };
  }

  /** Outputs of a model without words, which are rows, up to the first whose token took other experts. */
  #rowsAlike(sequence: number, prompt: number, outputs: number): number {
    let alike = 0;
    while (alike < outputs && !this.#hasDeparted(this.#device.numbers.of(sequence, prompt - 1 + alike), Number.POSITIVE_INFINITY, 0))
      alike++;
    return alike;
  }

  /** Whether all tokens of the sequence up to `token` are those of the device. */
  #isBefore(token: number, same: readonly number[], prompts: readonly number[]): boolean {
    const { sequence, position } = this.#device.numbers.placeOf(token);
    return position < prompts[sequence]! + same[sequence]!;
  }

  #rows(isSame: (token: number) => boolean): RowErrors[] {
    return [...this.#errors]
      .sort(([a], [b]) => a - b)
      .map(([key, errors]) => {
        const [layer, half] = [Math.floor(key / HALVES.length), key % HALVES.length];
        const { most } = this.#device.rowsOf(layer, half);
        const all = errors.filter(
          (error, token) => error !== undefined && isSame(token) && !this.#hasDeparted(token, layer, half),
        ) as RowError[];
        const largest = all.reduce((max, error) => Math.max(max, error.largest), 0);
        const numbers = all.reduce((sum, error) => sum + error.numbers, 0);
        const mean = numbers === 0 ? 0 : all.reduce((sum, error) => sum + error.sum, 0) / numbers;
        return {
          half: HALVES[half]!,
          layer,
          largest: largest / most,
          mean: mean / most,
          steps: largest / stepAt(most, this.#formats.float),
        };
      });
  }

  /** Whether a token's experts differ in a layer before, or in this one, behind its experts. */
  #hasDeparted(token: number, layer: number, half: number): boolean {
    for (const [departure, tokens] of this.#departures)
      if ((departure < layer || (departure === layer && HALVES[half] === "experts")) && tokens.has(token)) return true;
    return false;
  }

  #routings(isSame: (token: number) => boolean): Compared["routings"] {
    let [all, departed, near] = [0, 0, 0];
    let first: string | null = null;
    for (const [layer, tokens] of [...this.#routed].sort(([a], [b]) => a - b)) {
      for (const token of [...tokens].filter(isSame).sort((a, b) => a - b)) {
        all++;
        const isNear = this.#departures.get(layer)!.get(token);
        if (isNear === undefined) continue;
        departed++;
        if (isNear) near++;
        first ??= `layer ${layer}, token ${token}`;
      }
    }
    return { same: all - departed, all, near, first };
  }

  #divergence(same: readonly number[], prompts: readonly number[]): Compared["divergence"] {
    let [sum, most, outputs] = [0, 0, 0];
    for (const [key, own] of this.#logits) {
      const [sequence = 0, position = 0] = key.split("/").map(Number);
      const wanted = this.#device.logits.get(key);
      if (wanted === undefined || position + 1 > prompts[sequence]! + same[sequence]!) continue; // of the first that differs, too
      const divergence = divergenceOf(wanted, own);
      sum += divergence;
      most = Math.max(most, divergence);
      outputs++;
    }
    return outputs === 0 ? null : { mean: sum / outputs, most, outputs };
  }
}

/** Number of outputs up to the first that differs. */
function samePrefix(own: readonly number[], wanted: readonly number[], prompt: number): number {
  let at = prompt;
  while (at < own.length && own[at] === wanted[at]) at++;
  return at - prompt;
}

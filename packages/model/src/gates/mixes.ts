import { AliasTable, exp, normal, type Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../draws/expert-choice.ts";
import { summingToOne } from "./lognormal.ts";

type CorrelatedSpec = Extract<GateSpec, { kind: "correlated" }>;

/** How likely experts are to be chosen by the tokens of one kind of text. */
export interface Mix {
  readonly weights: Float64Array; // [experts], adding up to 1
  readonly byWeight: AliasTable;
}

/**
 * The mixes of a layer, each drawn from a stream of its own on first use: logarithms of weights are sigma · (√common · the common part +
 * √(1 − common) · its own).
 */
export class LayerMixes {
  readonly #experts: number;
  readonly #topK: number;
  readonly #gate: CorrelatedSpec;
  readonly #streams: Streams;
  /** [mixes] how often tokens choose by each, adding up to 1 */
  readonly #often: Float64Array;
  readonly #common: Float64Array; // [experts]
  readonly #mixes: (Mix | undefined)[] = [];
  #shares: Float64Array | undefined;

  /** `often` [mixes]: how often tokens choose by each, adding up to 1. */
  constructor(experts: number, topK: number, gate: CorrelatedSpec, often: Float64Array, streams: Streams) {
    const stream = streams.fresh("common");
    this.#experts = experts;
    this.#topK = topK;
    this.#gate = gate;
    this.#streams = streams;
    this.#often = often;
    this.#common = Float64Array.from({ length: experts }, () => normal(stream));
  }

  mix(number: number): Mix {
    const made = this.#mixes[number] ?? this.#drawn(number);
    this.#mixes[number] = made;
    return made;
  }

  /** Shares of the mean of all mixes, as if each token chose by it. */
  shares(): Float64Array {
    if (this.#shares !== undefined) return this.#shares;
    const mean = new Float64Array(this.#experts);
    for (let number = 0; number < this.#gate.mixes; number++) {
      if (this.#often[number] === 0) continue;
      const { weights } = this.mix(number);
      for (let x = 0; x < mean.length; x++) mean[x]! += weights[x]! * this.#often[number]!;
    }
    this.#shares = new ExpertChoice(mean, this.#topK).shares();
    return this.#shares;
  }

  #drawn(number: number): Mix {
    const { sigma, common } = this.#gate;
    const stream = this.#streams.fresh(`mix/${number}`);
    const [all, own] = [Math.sqrt(common) * sigma, Math.sqrt(1 - common) * sigma];
    const weights = summingToOne(this.#common.map((of) => exp(all * of + own * normal(stream))));
    return { weights, byWeight: new AliasTable(weights) };
  }
}

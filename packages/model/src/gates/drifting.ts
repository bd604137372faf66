import { exp, normal, type Stream, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../draws/expert-choice.ts";
import type { Lists } from "../draws/lists.ts";
import type { TokenRouter } from "../draws/token-router.ts";
import type { Visits } from "../draws/visits.ts";
import { summingToOne } from "./lognormal.ts";

type DriftingSpec = Extract<GateSpec, { kind: "drifting" }>;

const STEPS = 16; // of a time constant, in which popularity stays as it is

/** Token router of a gate whose popularity changes during the run; at the start it is that of a lognormal gate. */
export function driftingGate(model: ModelSpec, gate: DriftingSpec, streams: Streams): TokenRouter {
  const { count = 0, topK = 0 } = model.experts ?? {};
  const layerOf = (suffix: string) =>
    new Drift(count, topK, gate, streams.stream(`routing/popularity${suffix}`), () => streams.under(`routing/drift${suffix}`));
  const first = gate.shared ? layerOf("") : undefined;
  return new DriftingRouter(Array.from({ length: model.layers }, (_, layer) => first ?? layerOf(`/${layer}`)));
}

class DriftingRouter implements TokenRouter {
  readonly kind = "drifting";
  readonly draws = true;
  readonly #drifts: readonly Drift[]; // [layers]
  #nowNs = 0;

  constructor(drifts: readonly Drift[]) {
    this.#drifts = drifts;
  }

  advance(nowNs: number): void {
    this.#nowNs = nowNs;
  }

  shares(layer: number): Float64Array {
    return this.#drifts[layer]!.at(this.#nowNs).shares();
  }

  route(layer: number, tokens: ArrayLike<number>, stream: Stream, out: Float64Array, visits?: Visits, lists?: Lists): void {
    const choice = this.#drifts[layer]!.at(this.#nowNs);
    for (let source = 0; source < tokens.length; source++) choice.count(tokens[source]!, stream, out, source, visits, lists);
    if (lists !== undefined) lists.areCurrent = true;
  }
}

/** Instants whose popularity is kept: stages, and replicas, ask for those at which they let a micro-batch in, not quite in order. */
const KEPT = 16;

/**
 * One layer's popularity: the logarithms of the weights are sigma · x, where x of each expert is an Ornstein–Uhlenbeck walk of variance 1,
 * which decays by 1/e in a time constant; at `shiftAt` all are drawn again. Its value at an instant does not depend on earlier requests.
 * Source: docs/models/routing.md#routing.
 */
class Drift {
  readonly #topK: number;
  readonly #sigma: number;
  readonly #stepNs: number;
  readonly #shiftNs: number;
  readonly #kept: number; // of x, in a step
  readonly #fresh: number;
  readonly #streams: () => Streams;
  readonly #start: Float64Array; // x [experts]
  readonly #choices = new Map<number, ExpertChoice>();
  #walk: Walk;

  /** `streams` returns the same streams from their beginning at every call. */
  constructor(experts: number, topK: number, { sigma, timeConstant, shiftAt }: DriftingSpec, popularity: Stream, streams: () => Streams) {
    this.#topK = topK;
    this.#sigma = sigma;
    this.#stepNs = timeConstant === undefined ? Number.POSITIVE_INFINITY : (timeConstant * 1e9) / STEPS;
    this.#shiftNs = shiftAt === undefined ? Number.POSITIVE_INFINITY : shiftAt * 1e9;
    this.#kept = exp(-1 / STEPS);
    this.#fresh = Math.sqrt(1 - this.#kept * this.#kept);
    this.#streams = streams;
    this.#start = Float64Array.from({ length: experts }, () => normal(popularity));
    this.#walk = this.#begun();
  }

  at(nowNs: number): ExpertChoice {
    const step = this.#stepAt(nowNs);
    const isShifted = nowNs >= this.#shiftNs;
    const key = 2 * step + Number(isShifted);
    const found = this.#choices.get(key);
    if (found !== undefined) return found;
    if (step < this.#walk.step || (this.#walk.isShifted && !isShifted)) this.#walk = this.#begun();
    if (isShifted && !this.#walk.isShifted) {
      this.#walkTo(this.#stepAt(this.#shiftNs));
      this.#walk.isShifted = true;
      const stream = this.#walk.streams.stream("shift");
      for (let e = 0; e < this.#start.length; e++) this.#walk.x[e] = normal(stream);
    }
    this.#walkTo(step);
    const choice = new ExpertChoice(summingToOne(this.#walk.x.map((x) => exp(this.#sigma * x))), this.#topK);
    for (const oldest of this.#choices.keys()) if (this.#choices.size >= KEPT) this.#choices.delete(oldest);
    this.#choices.set(key, choice);
    return choice;
  }

  #begun(): Walk {
    return { x: this.#start.slice(), step: 0, isShifted: false, streams: this.#streams() };
  }

  #stepAt(ns: number): number {
    return Math.floor(ns / this.#stepNs);
  }

  #walkTo(step: number): void {
    const { x, streams } = this.#walk;
    const stream = streams.stream("walk");
    for (; this.#walk.step < step; this.#walk.step++) {
      for (let e = 0; e < x.length; e++) x[e] = this.#kept * x[e]! + this.#fresh * normal(stream);
    }
  }
}

/** How far a popularity has come. */
interface Walk {
  readonly x: Float64Array; // [experts]
  step: number;
  isShifted: boolean;
  readonly streams: Streams;
}

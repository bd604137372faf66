import type { Work } from "@tokenyard/program";
import type { Executed } from "./execute.ts";
import type { Observer, Stage } from "./stage.ts";
import type { Visit } from "./visit.ts";

/** The first number, or choice of experts, that is not one device's. */
export interface Departure {
  readonly rank: number;
  readonly layer: number;
  /** The op behind which it is off: the one that computed it, chose, or brought rows. */
  readonly work: Work;
  readonly token: number;
  /** By how much, of the layer's largest number; null of a choice. */
  readonly off: number | null;
}

/** The finished run of one device. */
export interface Reference {
  /** Largest difference from its row, over the layer's largest number; undefined where it has none behind that half of the layer. */
  differenceOf(token: number, layer: number, half: number, numbers: Float64Array, at: number): number | undefined;
  /** Whether it chooses these experts there, in any order. */
  choosesAlike(token: number, layer: number, experts: Int32Array): boolean;
}

const WORKS = ["attention", "dense", "experts"] as const;
const HALVES = ["mixer", "dense", "experts"];

/** Holds every row and every choice of an execution beside those of one device. */
export class DepartureWatch {
  /** The largest difference of a row. */
  error = 0;
  first: Departure | undefined;
  readonly routings = { same: 0, all: 0 };
  readonly #reference: Reference;
  readonly #most: number;

  /** `most`: the largest difference that is none. */
  constructor(reference: Reference, most: number) {
    this.#reference = reference;
    this.#most = most;
  }

  readonly observe: Observer = (visit, layer, half, row, numbers, at) => {
    const token = visit.tokens.id[row]!;
    const off = this.#reference.differenceOf(token, layer, half, numbers, at) ?? 0;
    this.error = Math.max(this.error, off); // NaN stays
    this.#see(off, { rank: visit.rank.id, layer, work: WORKS[half]!, token });
  };

  /** To be called after each op. */
  executed({ op, stage }: Pick<Executed, "op" | "stage">): void {
    if (op.work === "gate") for (const visit of stage.visits) this.#compareChoices(stage, visit, op.layer);
    if (op.work === "reduce-scatter" || op.work === "all-gather")
      for (const visit of stage.visits) this.#compareRows(stage, visit, op.work, op.layer);
  }

  /** Rows that ranks have brought each other: they are those behind the half that was added to them last. */
  #compareRows({ width }: Stage, visit: Visit, work: Work, opLayer: number): void {
    const last = [...visit.settled].at(-1)?.split("/");
    const [layer, half] = last === undefined ? [opLayer - 1, -1] : [Number(last[0]), HALVES.indexOf(last[1]!)];
    for (let row = visit.from; row < visit.to; row++) {
      const token = visit.tokens.id[row]!;
      const at = (row - visit.from) * width;
      const halves = half < 0 ? [2, 1, 0] : [half]; // of a layer on the stage before: the last one that it has
      const off = halves
        .map((each) => this.#reference.differenceOf(token, layer, each, visit.residual, at))
        .find((each) => each !== undefined);
      this.#see(off ?? 0, { rank: visit.rank.id, layer: opLayer, work, token });
    }
  }

  #compareChoices({ model }: Stage, { rank, tokens, choices, gateFrom, gateTo }: Visit, layer: number): void {
    if (choices?.layer !== layer) return;
    const { topK } = model.experts!;
    for (let row = gateFrom; row < gateTo; row++) {
      const token = tokens.id[row]!;
      this.routings.all++;
      const own = choices.experts.subarray((row - gateFrom) * topK, (row - gateFrom + 1) * topK);
      if (this.#reference.choosesAlike(token, layer, own)) this.routings.same++;
      else this.first ??= { rank: rank.id, layer, work: "gate", token, off: null };
    }
  }

  #see(off: number, departure: Omit<Departure, "off">): void {
    if (off <= this.#most) return;
    this.first ??= { ...departure, off };
  }
}

/** `rank 0, layer 1, reduce-scatter: token 3 is off by 1.2e-1` */
export function departureText({ rank, layer, work, token, off }: Departure): string {
  return `rank ${rank}, layer ${layer}, ${work}: token ${token} ${off === null ? "chooses other experts" : `is off by ${off.toExponential(1)}`}`;
}

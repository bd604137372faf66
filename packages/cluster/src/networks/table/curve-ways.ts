import type { Curve } from "./curve.ts";
import { SYMMETRIC_MEMORY } from "./documented-ways.ts";
import { type Change, isSameWay, NCCL, type Way } from "./way.ts";

/** Of the logarithm of the time, within which a row took what NCCL does. */
const ALIKE = 0.05;
/** Of the bytes before a change, in which times run from one way's to the other's. */
const RAMP = 1 / 1024;

/** Times of one way up to some bytes, and of another from some on. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

/**
 * Which way a library takes along a curve: as it documents, or else its own until the first row that took what NCCL does on as many ranks, as engines hand over.
 * Source: docs/models.md#tables-of-traffic.
 */
export class CurveWays {
  /** [rows] */
  readonly rows: readonly Way[];
  readonly #curve: Curve;
  readonly #changes: readonly Change[];

  /** `nccl` are its curves of the same collective over as many ranks; `changes` begin at no bytes, or are none. */
  constructor(curve: Curve, nccl: readonly Curve[], changes: readonly Change[]) {
    this.#curve = curve;
    this.#changes = changes;
    const own: Way = { library: curve.library, kernel: "" };
    this.rows = Array.from(curve.bytes, (bytes, row) => {
      const documented = this.#documentedAt(bytes) ?? own;
      if (!isLeft(documented)) return documented;
      return nccl.some((other) => Math.abs(other.ratioAt(bytes) - curve.ratios[row]!) <= ALIKE) ? NCCL : documented;
    });
  }

  /** That of the last row up to there, where it is not documented. */
  at(bytes: number): Way {
    const documented = this.#documentedAt(bytes);
    if (documented !== undefined && !isLeft(documented)) return documented;
    const under = this.#curve.rowsUnder(bytes);
    const row = this.rows[this.#curve.bytes[under] === bytes ? under : Math.max(0, under - 1)]!;
    return documented === undefined || row.library === NCCL.library ? row : documented;
  }

  /** Before changes between two rows, or beyond one, and before the one `below`: times have no steps. */
  rampsWithin(above = 0, below = Number.POSITIVE_INFINITY): Ramp[] {
    const documented = this.#changes.map(({ from }) => from).filter((from) => from > above && from < below);
    return (Number.isFinite(below) ? [...documented, below] : documented)
      .map((to) => ({ from: Math.max(above, to * (1 - RAMP)), to }))
      .filter(({ from, to }) => !isSameWay(this.at(from), this.at(to)));
  }

  #documentedAt(bytes: number): Way | undefined {
    return this.#changes.findLast(({ from }) => from <= bytes);
  }
}

/** Whether rows may tell that NCCL took over: where it is not documented, or not for every system. */
function isLeft({ library, kernel }: Way): boolean {
  return library !== NCCL.library && (kernel === "" || kernel === SYMMETRIC_MEMORY);
}

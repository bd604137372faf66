import type { Curve } from "./curve.ts";
import { SYMMETRIC_MEMORY } from "./documented-ways.ts";
import { type Change, isSameWay, NCCL, type Way } from "./way.ts";

/** Difference in the logarithm of time within which a row counts as NCCL's. */
const ALIKE = 0.05;
/** Share of the bytes before a change over which times move from one way to the other. */
const RAMP = 1 / 1024;

/** Times of one way up to some bytes, and of another from some on. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

/**
 * Way of a library along a curve: the documented one, or its own until the first row whose time is NCCL's on as many ranks, as engines hand
 * over to NCCL. Source: docs/models/network.md#tables-of-traffic.
 */
export class CurveWays {
  /** [rows] */
  readonly rows: readonly Way[];
  readonly #curve: Curve;
  readonly #changes: readonly Change[];

  /** `nccl` are its curves of the same collective over as many ranks; `changes` begin at no bytes, or are none. */
  constructor(curve: Curve, nccl: readonly Curve[], changes: readonly Change[]) {
    const own: Way = { library: curve.library, kernel: "" };
    const isNccl = (row: number) => nccl.some((other) => Math.abs(other.ratioAt(curve.bytes[row]!) - curve.ratios[row]!) <= ALIKE);
    const documented = Array.from(curve.bytes, (bytes) => wayAt(changes, bytes));
    const symmetric = [...documented.keys()].filter((row) => documented[row]?.kernel === SYMMETRIC_MEMORY);
    const isWithout = symmetric.length > 0 && symmetric.every(isNccl);
    this.#curve = curve;
    this.#changes = isWithout ? changes.map((each) => (each.kernel === SYMMETRIC_MEMORY ? { ...each, ...NCCL } : each)) : changes;
    this.rows = Array.from(curve.bytes, (bytes, row) => wayAt(this.#changes, bytes) ?? (isNccl(row) ? NCCL : own));
  }

  /** The documented way at `bytes`, else that of the last row up to there. */
  at(bytes: number): Way {
    const under = this.#curve.rowsUnder(bytes);
    return wayAt(this.#changes, bytes) ?? this.rows[this.#curve.bytes[under] === bytes ? under : Math.max(0, under - 1)]!;
  }

  /** Before changes between two rows, or beyond one, and before the one `below`: times have no steps. */
  rampsWithin(above = 0, below = Number.POSITIVE_INFINITY): Ramp[] {
    const documented = this.#changes.map(({ from }) => from).filter((from) => from > above && from < below);
    return (Number.isFinite(below) ? [...documented, below] : documented)
      .map((to) => ({ from: Math.max(above, to * (1 - RAMP)), to }))
      .filter(({ from, to }) => !isSameWay(this.at(from), this.at(to)));
  }
}

function wayAt(changes: readonly Change[], bytes: number): Way | undefined {
  return changes.findLast(({ from }) => from <= bytes);
}

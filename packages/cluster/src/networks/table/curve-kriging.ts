import { exp, ln } from "@tokenyard/random";
import type { Curve } from "./curve.ts";
import { GapKriging, type WayedCurve } from "./gap-kriging.ts";

const KEPT = 4096;

/**
 * Times along one measured curve: the rows themselves, and between them estimates from the rows of all similar curves. No link carries more
 * than its rate unless that was measured, and every time lies between those of the rows around it. Source:
 * docs/models/network.md#tables-of-traffic.
 */
export class CurveKriging {
  readonly own: Curve;
  readonly #wayed: WayedCurve;
  readonly #all: readonly WayedCurve[];
  readonly #sentShare: number;
  readonly #linkRate: number;
  readonly #least: number;
  readonly #most: number;
  /** [rows + 1] the gap under each row, and the one above the last */
  readonly #gaps: (GapKriging | undefined)[] = [];
  /** Cached ratios by bytes. */
  readonly #known = new Map<number, number>();

  /** `all` are the curves of the same collective on as many nodes, and of its reverse. A rank sends `sentShare` of the bytes; no link carries more than `linkRate`. */
  constructor(own: WayedCurve, all: readonly WayedCurve[], sentShare: number, linkRate: number) {
    this.own = own.curve;
    this.#wayed = own;
    this.#all = all;
    this.#sentShare = sentShare;
    this.#linkRate = linkRate;
    this.#least = all.reduce((least, { curve }) => Math.min(least, curve.leastRatio), Number.POSITIVE_INFINITY);
    this.#most = all.reduce((most, { curve }) => Math.max(most, curve.mostRatio), Number.NEGATIVE_INFINITY);
  }

  /** Logarithm of the measured over the modelled time, at `bytes` for which the model returns `modelSeconds`. */
  ratioAt(bytes: number, modelSeconds: number): number {
    const known = this.#known.get(bytes);
    if (known !== undefined) return known;
    if (this.#known.size >= KEPT) this.#known.clear();
    const ratio = this.#timeAt(bytes) - ln(modelSeconds);
    this.#known.set(bytes, ratio);
    return ratio;
  }

  /** The logarithm of the seconds. */
  #timeAt(bytes: number): number {
    const { own } = this;
    const above = own.rowsUnder(bytes);
    if (own.bytes[above] === bytes) return own.times[above]!;
    this.#gaps[above] ??= new GapKriging(this.#wayed, above, this.#all);
    const gap = this.#gaps[above];
    const ramp = gap.ramps.find(({ from, to }) => from < bytes && bytes < to);
    if (ramp === undefined) return this.#within(above, bytes, this.#between(gap, bytes));
    const [low, high] = [this.#timeAt(ramp.from), this.#timeAt(ramp.to)];
    return this.#within(above, bytes, low + ((high - low) * ln(bytes / ramp.from)) / ln(ramp.to / ramp.from));
  }

  /** Ratio in a gap; constant beyond all rows. */
  #between(gap: GapKriging, bytes: number): number {
    const { own } = this;
    const inside = Math.min(Math.max(bytes, gap.first), gap.last);
    const time = gap.ratioAt(inside) + own.modelled("unlimited", inside);
    return inside === bytes ? time : time + own.modelled("whole", bytes) - own.modelled("whole", inside);
  }

  /** The time limited by the rows' ratios to the model, by the link, and by the rows on either side. */
  #within(above: number, bytes: number, time: number): number {
    const { own } = this;
    const modelled = own.modelled("whole", bytes);
    const rates = [above - 1, above]
      .filter((row) => row in own.bytes)
      .map((row) => (this.#sentShare * own.bytes[row]!) / exp(own.times[row]!));
    const leastSeconds = (this.#sentShare * bytes) / Math.max(this.#linkRate, ...rates);
    const allowed = Math.max(Math.min(Math.max(time, this.#least + modelled), this.#most + modelled), ln(leastSeconds));
    const [low, high] = [own.times[above - 1], own.times[above]];
    if (low === undefined || high === undefined) return allowed;
    return Math.min(Math.max(allowed, Math.min(low, high)), Math.max(low, high));
  }
}

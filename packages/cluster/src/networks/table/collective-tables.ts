import { exp, ln } from "@tokenyard/random";
import type { CollectiveFit } from "@tokenyard/scenario";
import { Curve, type ModelledSeconds, type ModelSeconds } from "./curve.ts";
import { CurveKriging } from "./curve-kriging.ts";
import { CurveWays } from "./curve-ways.ts";
import { documentedChanges } from "./documented-ways.ts";
import type { WayedCurve } from "./gap-kriging.ts";
import type { CollectiveKind, MeasuredCollective } from "./measured-traffic.ts";

/**
 * Reading of the tables for one collective: from its own curve, or from those with the nearest fewer and more ranks, `share` of the way
 * between them.
 */
interface Reading {
  readonly below: CurveKriging;
  readonly above: CurveKriging;
  readonly share: number;
}

/** Kinds whose curves share a shape. */
const REVERSE: Readonly<Partial<Record<CollectiveKind, CollectiveKind>>> = {
  "all-gather": "reduce-scatter",
  "reduce-scatter": "all-gather",
};

/** Library whose kernels run, and the GPU on which they were measured. */
type RunningKernels = Pick<CollectiveFit, "library" | "on">;

/** Measured collectives and sends, which correct those of a network model. Source: docs/models/network.md#tables-of-traffic. */
export class CollectiveTables {
  /** Whether the last request was between rows of its own curve. */
  isInside = false;
  readonly #curves: readonly WayedCurve[];
  readonly #model: ModelSeconds;
  readonly #kernelsOf: (kind: CollectiveKind) => RunningKernels | undefined;
  readonly #linkRate: number;
  readonly #readings = new Map<string, Reading | undefined>();

  /** `kernelsOf` names the library whose rows are read, where there are any; no link of a node carries more than `linkRate` bytes a second. */
  constructor(
    rows: readonly MeasuredCollective[],
    model: ModelledSeconds,
    kernelsOf: (kind: CollectiveKind) => RunningKernels | undefined,
    linkRate: number,
  ) {
    const groups = new Map<string, MeasuredCollective[]>();
    for (const row of rows) {
      const { kind, library, file, ranks, nodes } = row;
      const key = `${kind}/${library}/${file}/${ranks}/${nodes}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [row]);
      else known.push(row);
    }
    const curves = [...groups.values()].map((each) => new Curve(each, model));
    this.#curves = curves.map((curve) => ({ curve, ways: waysOf(curve, curves, kernelsOf(curve.kind)?.on) }));
    this.#model = model.whole;
    this.#kernelsOf = kernelsOf;
    this.#linkRate = linkRate;
  }

  /** Whether tables cover a group on `nodes` nodes: over several, only a group that was measured itself. */
  covers(kind: CollectiveKind, ranks: number, nodes: number): boolean {
    return this.#readingOf(kind, ranks, nodes) !== undefined;
  }

  /** The ranks whose rows give a collective over other ranks, as `4 and 8`; undefined: none. Its own, where those were measured, are `"own"`. */
  likeOf(kind: CollectiveKind, ranks: number, nodes: number): string | "own" | undefined {
    const reading = this.#readingOf(kind, ranks, nodes);
    if (reading === undefined) return undefined;
    const measured = [reading.below.own.ranks, reading.above.own.ranks];
    return measured.includes(ranks) ? "own" : [...new Set(measured)].join(" and ");
  }

  /** Corrected seconds of a collective for which the model returns `modelSeconds`. Sets `isInside`. */
  seconds(kind: CollectiveKind, bytes: number, ranks: number, nodes: number, modelSeconds: number): number {
    const reading = this.#readingOf(kind, ranks, nodes);
    this.isInside = false;
    if (reading === undefined) return modelSeconds;
    const { below, above, share } = reading;
    if (below === above) {
      const isOwn = below.own.ranks === ranks;
      this.isInside = isOwn && below.own.holds(bytes);
      return modelSeconds * exp(this.#ratioOf(below, bytes, isOwn ? modelSeconds : undefined));
    }
    const low = this.#ratioOf(below, bytes);
    return modelSeconds * exp(low + share * (this.#ratioOf(above, bytes) - low));
  }

  /** Least ratio of a collective's time to the model's, over these kinds. */
  leastShare(...kinds: readonly CollectiveKind[]): number {
    const related = this.#curves.filter(({ curve: { kind } }) => kinds.includes(kind) || kinds.some((each) => REVERSE[each] === kind));
    return exp(related.reduce((least, { curve }) => Math.min(least, curve.leastRatio), 0));
  }

  #ratioOf(of: CurveKriging, bytes: number, modelSeconds?: number): number {
    const { kind, ranks, nodes } = of.own;
    return of.ratioAt(bytes, modelSeconds ?? this.#model(kind, bytes, ranks, nodes));
  }

  #readingOf(kind: CollectiveKind, ranks: number, nodes: number): Reading | undefined {
    const key = `${kind}/${ranks}/${nodes}`;
    if (!this.#readings.has(key)) this.#readings.set(key, this.#read(kind, ranks, nodes));
    return this.#readings.get(key);
  }

  #read(kind: CollectiveKind, ranks: number, nodes: number): Reading | undefined {
    const like = this.#curves.filter(({ curve }) => curve.nodes === nodes && (curve.kind === kind || curve.kind === REVERSE[kind]));
    const ofKind = like.filter(({ curve }) => curve.kind === kind);
    const library = this.#kernelsOf(kind)?.library;
    const isRead = ofKind.some(({ curve }) => curve.library === library);
    const own = ofKind.filter(({ curve }) => curve.library === (isRead ? library : ofKind[0]!.curve.library));
    const measured = [...new Set(own.map(({ curve }) => curve.ranks))].sort((a, b) => a - b);
    if (measured.length === 0 || (nodes > 1 && !measured.includes(ranks))) return undefined;
    const linkRate = nodes === 1 ? this.#linkRate : Number.POSITIVE_INFINITY;
    const krigingOf = (count: number) =>
      new CurveKriging(own.find(({ curve }) => curve.ranks === count)!, like, sentShare(kind, count), linkRate);
    const fewer = measured.findLast((count) => count <= ranks) ?? measured[0]!;
    const more = measured.find((count) => count >= ranks) ?? measured.at(-1)!;
    const below = krigingOf(fewer);
    if (fewer === more) return { below, above: below, share: 0 };
    return { below, above: krigingOf(more), share: (ln(ranks) - ln(fewer)) / (ln(more) - ln(fewer)) };
  }
}

function waysOf(curve: Curve, all: readonly Curve[], gpu: string | undefined): CurveWays {
  const { kind, library, ranks, nodes } = curve;
  const nccl = all.filter((other) => other.library === "nccl" && other.kind === kind && other.ranks === ranks && other.nodes === nodes);
  return new CurveWays(curve, nccl, documentedChanges(library, kind, gpu, ranks, nodes));
}

/** Share of the bytes that each rank sends. */
function sentShare(kind: CollectiveKind, ranks: number): number {
  if (kind === "send") return 1;
  return ((kind === "all-reduce" ? 2 : 1) * (ranks - 1)) / ranks;
}

import { exp, ln } from "@tokenyard/random";
import { Curve, type ModelSeconds } from "./curve.ts";
import { CurveBlend } from "./curve-blend.ts";
import type { CollectiveKind, MeasuredCollective } from "./measured-traffic.ts";

/** What tables say of one collective over so many ranks: of their own curve, or of those with the nearest fewer and more ranks, `share` of the way between them. */
interface Reading {
  readonly below: CurveBlend;
  readonly above: CurveBlend;
  readonly share: number;
}

/** Kinds whose curves tell of each other's shape. */
const REVERSE: Readonly<Partial<Record<CollectiveKind, CollectiveKind>>> = {
  "all-gather": "reduce-scatter",
  "reduce-scatter": "all-gather",
};

/** Measured collectives and sends, which correct what a network model says of them. Source: docs/models.md#tables-of-traffic. */
export class CollectiveTables {
  /** Whether what was asked for last lies between rows of its own curve. */
  isInside = false;
  readonly #curves: readonly Curve[];
  readonly #model: ModelSeconds;
  readonly #libraryOf: (kind: CollectiveKind) => string | undefined;
  readonly #linkRate: number;
  readonly #readings = new Map<string, Reading | undefined>();

  /** `libraryOf` tells whose rows are read, where there are any; no link of a node carries more than `linkRate` bytes a second. */
  constructor(
    rows: readonly MeasuredCollective[],
    model: ModelSeconds,
    libraryOf: (kind: CollectiveKind) => string | undefined,
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
    this.#curves = [...groups.values()].map((each) => new Curve(each, model));
    this.#model = model;
    this.#libraryOf = libraryOf;
    this.#linkRate = linkRate;
  }

  /** Whether a group that lies so over nodes follows tables: over several, only one that was measured itself. */
  tells(kind: CollectiveKind, ranks: number, nodes: number): boolean {
    return this.#readingOf(kind, ranks, nodes) !== undefined;
  }

  /** What a collective for which the model says `modelSeconds` takes. Sets `isInside`. */
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

  /** The least share of the model's time that any collective of such kinds takes. */
  leastShare(...kinds: readonly CollectiveKind[]): number {
    const related = this.#curves.filter(({ kind }) => kinds.includes(kind) || kinds.some((each) => REVERSE[each] === kind));
    return exp(related.reduce((least, { leastRatio }) => Math.min(least, leastRatio), 0));
  }

  #ratioOf(blend: CurveBlend, bytes: number, modelSeconds?: number): number {
    const { kind, ranks, nodes } = blend.own;
    return blend.ratioAt(bytes, modelSeconds ?? this.#model(kind, bytes, ranks, nodes));
  }

  #readingOf(kind: CollectiveKind, ranks: number, nodes: number): Reading | undefined {
    const key = `${kind}/${ranks}/${nodes}`;
    if (!this.#readings.has(key)) this.#readings.set(key, this.#read(kind, ranks, nodes));
    return this.#readings.get(key);
  }

  #read(kind: CollectiveKind, ranks: number, nodes: number): Reading | undefined {
    const like = this.#curves.filter((curve) => curve.nodes === nodes && (curve.kind === kind || curve.kind === REVERSE[kind]));
    const ofKind = like.filter((curve) => curve.kind === kind);
    const library = this.#libraryOf(kind);
    const own = ofKind.filter(
      (curve) => curve.library === (ofKind.some((each) => each.library === library) ? library : ofKind[0]!.library),
    );
    const measured = [...new Set(own.map((curve) => curve.ranks))].sort((a, b) => a - b);
    if (measured.length === 0 || (nodes > 1 && !measured.includes(ranks))) return undefined;
    const blendOf = (count: number) =>
      new CurveBlend(
        own.find((curve) => curve.ranks === count)!,
        like,
        sentShare(kind, count),
        nodes === 1 ? this.#linkRate : Number.POSITIVE_INFINITY,
      );
    const fewer = measured.findLast((count) => count <= ranks) ?? measured[0]!;
    const more = measured.find((count) => count >= ranks) ?? measured.at(-1)!;
    const below = blendOf(fewer);
    if (fewer === more) return { below, above: below, share: 0 };
    return { below, above: blendOf(more), share: (ln(ranks) - ln(fewer)) / (ln(more) - ln(fewer)) };
  }
}

/** What each rank sends of the bytes. */
function sentShare(kind: CollectiveKind, ranks: number): number {
  if (kind === "send") return 1;
  return ((kind === "all-reduce" ? 2 : 1) * (ranks - 1)) / ranks;
}

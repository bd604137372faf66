/** Spans in columns. */
export interface LaneSpans {
  readonly kind: ArrayLike<number>;
  readonly startNs: ArrayLike<number>;
  readonly endNs: ArrayLike<number>;
  /** End of the rank's own work; it waits from there to `endNs`. */
  readonly workNs: ArrayLike<number>;
}

/** A piece of a lane's strip, in units of the picture. */
export interface StripPiece {
  readonly kind: number;
  readonly x: number;
  readonly width: number;
  /** How much of the piece is busy with it: 0 to 3, of which 0 is a wait. */
  readonly level: number;
}

export interface StripFrame {
  readonly fromNs: number;
  readonly toNs: number;
  /** Whole units. */
  readonly width: number;
}

const LEAST_SHARE = 0.02;

/**
 * A lane as pieces of a strip: each span as it is while there are no more of them than the strip has units; else for each unit the kind
 * that takes most of it, paler the less of the unit is busy. Spans of one lane do not overlap.
 */
export function laneStrip(spans: LaneSpans, at: readonly number[], frame: StripFrame): StripPiece[] {
  const { fromNs, toNs, width } = frame;
  const seen = at.filter((i) => spans.endNs[i]! > fromNs && spans.startNs[i]! < toNs);
  const xOf = (ns: number) => ((Math.min(Math.max(ns, fromNs), toNs) - fromNs) / (toNs - fromNs)) * width;
  if (seen.length <= width) {
    return seen.flatMap((i) => {
      const [start, work, end] = [xOf(spans.startNs[i]!), xOf(spans.workNs[i]!), xOf(spans.endNs[i]!)];
      const kind = spans.kind[i]!;
      return [
        { kind, x: start, width: work - start, level: 3 },
        { kind, x: work, width: end - work, level: 0 },
      ].filter((piece) => piece.width > 0);
    });
  }
  return columns(spans, seen, xOf, width);
}

function columns(spans: LaneSpans, seen: readonly number[], xOf: (ns: number) => number, width: number): StripPiece[] {
  const kinds = 1 + seen.reduce((most, i) => Math.max(most, spans.kind[i]!), 0);
  const shares = new Float64Array(width * 2 * kinds); // [units × (working, waiting) × kinds]
  const add = (from: number, to: number, kind: number) => {
    for (let unit = Math.floor(from); unit < Math.min(width, to); unit++) {
      const share = Math.min(to, unit + 1) - Math.max(from, unit);
      shares[unit * 2 * kinds + kind] = shares[unit * 2 * kinds + kind]! + share;
    }
  };
  for (const i of seen) {
    const [start, work, end] = [xOf(spans.startNs[i]!), xOf(spans.workNs[i]!), xOf(spans.endNs[i]!)];
    add(start, work, spans.kind[i]!);
    add(work, end, kinds + spans.kind[i]!);
  }
  const pieces: StripPiece[] = [];
  for (let unit = 0; unit < width; unit++) {
    const own = shares.subarray(unit * 2 * kinds, (unit + 1) * 2 * kinds);
    const most = own.reduce((best, share, kind) => (share > own[best]! ? kind : best), 0);
    const busy = own.reduce((sum, share, kind) => (kind < kinds ? sum + share : sum), 0);
    if (own[most]! < LEAST_SHARE) continue;
    const level = most >= kinds ? 0 : busy > 0.66 ? 3 : busy > 0.33 ? 2 : 1;
    const kind = most % kinds;
    const last = pieces.at(-1);
    if (last !== undefined && last.kind === kind && last.level === level && last.x + last.width === unit)
      pieces[pieces.length - 1] = { ...last, width: last.width + 1 };
    else pieces.push({ kind, x: unit, width: 1, level });
  }
  return pieces;
}

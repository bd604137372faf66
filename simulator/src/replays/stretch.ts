import type { Op } from "@tokenyard/program";

/** An op of a stretch's first unit, and its place in the program. */
export interface PlacedOp {
  readonly op: Op;
  readonly at: number;
}

/**
 * Layers in a row of which some, the unit, repeat: one like all others, or a windowed one and a full one by turns. All units run the same
 * ops, so that one tells of all. The head is a stretch without a layer.
 */
export interface Stretch {
  /** Of one unit. */
  readonly ops: readonly PlacedOp[];
  /** Units. */
  readonly times: number;
}

/** Layers of a unit, at most. */
const MOST_LAYERS = 8;

/** Cuts a program into stretches, each as long as one can be that begins there. */
export function stretchesOf(ops: readonly Op[]): Stretch[] {
  const layers: PlacedOp[][] = [];
  ops.forEach((op, at) => {
    const last = layers[layers.length - 1];
    if (last !== undefined && last[0]!.op.layer === op.layer && op.layer >= 0) last.push({ op, at });
    else layers.push([{ op, at }]);
  });
  const works = layers.map((layer) => layer.map(({ op }) => op.work).join());
  const stretches: Stretch[] = [];
  for (let from = 0; from < layers.length; ) {
    let unit = 1;
    let times = repeats(works, from, 1);
    for (let size = 2; size <= MOST_LAYERS; size++) {
      const of = repeats(works, from, size);
      if (of < 2 || size * of <= unit * times) continue;
      unit = size;
      times = of;
    }
    stretches.push({ ops: layers.slice(from, from + unit).flat(), times });
    from += unit * times;
  }
  return stretches;
}

/** How many times the `size` layers that begin at `from` stand there in a row. */
function repeats(works: readonly string[], from: number, size: number): number {
  let like = from + size;
  while (like < works.length && works[like] === works[like - size]) like++;
  return Math.floor((like - from) / size);
}

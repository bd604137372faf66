import type { Op } from "./op.ts";

/**
 * `ops` once for each half of a micro-batch, in turns: the first half runs consecutive ops of one lane, then the second does. So the order
 * on each lane is fixed, whatever the ops take, and while one half communicates the other computes. Source:
 * docs/models/pipelines.md#two-batch-overlap.
 */
export function inHalves(ops: readonly Op[]): Op[] {
  const halves: Op[] = [];
  /** [ops] index of each for the first half, and for the second */
  const placed: [number, number][] = ops.map(() => [-1, -1]);
  for (let from = 0; from < ops.length; ) {
    let to = from + 1;
    while (to < ops.length && ops[to]!.lane === ops[from]!.lane) to++;
    for (const half of [0, 1] as const) {
      for (let at = from; at < to; at++) {
        const each = ops[at]!;
        placed[at]![half] =
          halves.push({ ...each, part: half === 0 ? 1 : 2, after: each.after.map((before) => placed[before]![half]) }) - 1;
      }
    }
    from = to;
  }
  return halves;
}

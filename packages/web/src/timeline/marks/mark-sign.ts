import { MARK_KINDS, type Mark, type MarkKind } from "@tokenyard/report";
import type { Stretch } from "../raster.ts";

/** Signs nearer to each other than this share of the picture are one. */
const APART = 0.015;

/** A sign for some marks of one kind that are near each other. */
interface Sign {
  readonly kind: MarkKind;
  /** [0, 1] of the picture */
  readonly share: number;
  readonly marks: readonly Mark[];
}

/** Signs of the marks that begin within `stretch`. */
export function signsOf(marks: readonly Mark[], { fromNs, toNs }: Stretch): Sign[] {
  return MARK_KINDS.flatMap((kind) => {
    const signs: { kind: MarkKind; share: number; marks: Mark[] }[] = [];
    for (const mark of marks) {
      if (mark.kind !== kind || mark.fromNs < fromNs || mark.fromNs > toNs) continue;
      const share = (mark.fromNs - fromNs) / (toNs - fromNs);
      const last = signs.at(-1);
      if (last !== undefined && share - last.share < APART) last.marks.push(mark);
      else signs.push({ kind, share, marks: [mark] });
    }
    return signs;
  });
}

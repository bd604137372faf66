import { isImpossible, type Point } from "./point.ts";

/** One of `of` equal parts of a study, which anybody may run without knowing of the others. */
export interface Shard {
  /** Index of the shard, from 1. */
  readonly at: number;
  readonly of: number;
}

/** `2/8`; undefined for other text. */
export function shardFrom(text: string): Shard | undefined {
  const [, at, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  const shard = { at: Number(at), of: Number(of) };
  return shard.at >= 1 && shard.at <= shard.of ? shard : undefined;
}

/** Text of a shard, such as `2/8`. */
export function shardText({ at, of }: Shard): string {
  return `${at}/${of}`;
}

/**
 * The points of `points` that `shard` runs, with the indexes that they have in the whole: every `of`-th choice of parameters, as
 * neighbours take about as long. The `replications` of a choice, which follow one another, stay together.
 */
export function* shardOf(points: Iterable<Point>, { at, of }: Shard, replications = 1): Generator<Point> {
  let choice = -1;
  let left = 0;
  for (const point of points) {
    const isLone = replications === 1 || isImpossible(point.scenario); // no seed helps that
    if (isLone || left === 0) {
      choice++;
      left = isLone ? 0 : replications - 1;
    } else {
      left--;
    }
    if (choice % of === at - 1) yield point;
  }
}

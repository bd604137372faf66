import type { Multinomial, Stream } from "@tokenyard/random";
import type { Lists } from "./lists.ts";

/** Adds of `picks` those `from` … `end` − 1, one token's, to what `source` sends, and lists those that it had not chosen before: fewer than there are experts. */
export function addListed(
  picks: Int32Array,
  from: number,
  end: number,
  out: Float64Array,
  source: number,
  { places, lengths, columns }: Lists,
): void {
  const first = source * columns;
  let next = first + lengths[source]!;
  for (let i = from; i < end; i++) {
    const expert = picks[i]!;
    const before = out[first + expert]!;
    places[next] = expert; // stays where it is new; a branch could not be predicted
    next += Number(before === 0);
    out[first + expert] = before + 1;
  }
  lengths[source] = next - first;
}

/** Tokens that have one expert each, into row `source` of `out`, which `lists` lists. */
export function throwFew(balls: Multinomial, tokens: number, stream: Stream, out: Float64Array, source: number, lists: Lists): void {
  const { places, columns } = lists;
  const first = source * columns;
  let next = first;
  lists.clear(source, out);
  for (let token = 0; token < tokens; token++) {
    const expert = balls.throwOne(stream);
    if (out[first + expert] === 0) places[next++] = expert;
    out[first + expert]! += 1;
  }
  lists.lengths[source] = next - first;
}

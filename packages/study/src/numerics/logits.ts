import type { Visit } from "@tokenyard/numerics";
import { exp, ln } from "@tokenyard/random";

/** KL(wanted ‖ own) of two rows of logits, in nats: Σ p · (ln p − ln q). */
export function divergenceOf(wanted: Float64Array, own: Float64Array): number {
  const [ofWanted, ofOwn] = [lnSum(wanted), lnSum(own)];
  let sum = 0;
  for (let w = 0; w < wanted.length; w++) {
    const lnP = wanted[w]! - ofWanted;
    sum += exp(lnP) * (lnP - own[w]! + ofOwn);
  }
  return Math.max(0, sum); // NaN stays NaN; rounding can make the sum negative
}

/** ln Σ e^x */
function lnSum(logits: Float64Array): number {
  const most = logits.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const logit of logits) sum += exp(logit - most);
  return most + ln(sum);
}

/** Puts together the logits of each data group's outputs, by `sequence/position` of the token that they are of. */
export function keepLogits(visits: readonly Visit[], ranks: number, words: number, logits: Map<string, Float64Array>): void {
  for (let first = 0; first < visits.length; first += ranks) {
    const own = visits.slice(first, first + ranks);
    const { tokens } = own[0]!;
    const shard = Math.ceil(words / ranks);
    for (const [i, row] of tokens.yields.entries()) {
      const all = new Float64Array(words);
      for (const [place, visit] of own.entries()) {
        const end = Math.min(shard, words - place * shard);
        for (let w = 0; w < end; w++) all[place * shard + w] = visit.logits![i * shard + w]!;
      }
      logits.set(`${tokens.sequence[row]}/${tokens.position[row]}`, all);
    }
  }
}

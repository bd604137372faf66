import { type Form, type FormSegment, GROWING } from "./form.ts";

/** [contexts][data groups] of the slowest ranks; the growing context is ignored, and so are those that a tape does not have */
export type ContextNs = readonly (Float64Array | undefined)[];

/** Times of consecutive passes by their form: one context grows from pass to pass, and on each segment the last data group counts. */
export class FormTimes {
  form!: Form;
  readonly #groups: number;
  /** Time that does not grow. */
  #fixedNs = 0;
  /**
   * Nanoseconds of the last segment, if it does not grow; with one data group, of everything but the growing context, which occurs
   * `#tailCount` times.
   */
  #tailNs = 0;
  #tailCount = 0;
  // Growing segments: their number, their indices, and [data groups] the time of each without the growing context.
  #growing = 0;
  readonly #numbers: number[] = [];
  readonly #restNs: Float64Array[] = [];
  /** [segments][data groups] where contexts beside that one are in it */
  readonly #withOthers: Float64Array[] = [];
  /** [segments] the last data group of those that do not grow */
  readonly #stillGroup: number[] = [];
  /** [passes × growing segments] the last data group, and its time */
  #lastGroup = new Int32Array(0);
  #lastNs = new Float64Array(0);
  // [data groups] Of a segment: the number of passes in which the group was the last, and the sum of the growing context over those passes.
  readonly #passes: Float64Array;
  readonly #sumNs: Float64Array;

  constructor(dataGroups: number) {
    this.#groups = dataGroups;
    this.#passes = new Float64Array(dataGroups);
    this.#sumNs = new Float64Array(dataGroups);
  }

  /** Passes of `form` begin, in which contexts take `contextNs`. */
  begin(form: Form, contextNs: ContextNs): void {
    this.form = form;
    if (this.#groups > 1) this.#begin(form, contextNs);
    else {
      this.#tailCount = form.segments[0]!.counts[GROWING]!;
      this.#tailNs = restOf(form.segments[0]!, contextNs, 0);
    }
  }

  /** Makes room to record `passes` passes. */
  makeRoom(passes: number): void {
    const length = passes * this.#growing;
    if (this.#lastNs.length >= length) return;
    const lastGroup = new Int32Array(2 * length);
    const lastNs = new Float64Array(2 * length);
    lastGroup.set(this.#lastGroup);
    lastNs.set(this.#lastNs);
    this.#lastGroup = lastGroup;
    this.#lastNs = lastNs;
  }

  /**
   * Time of pass number `i`, whose growing context takes `growingNs` [passes × data groups]. Records the last groups in row `into`, unless
   * that is −1.
   */
  passNs(growingNs: Float64Array, i: number, into: number): number {
    const groups = this.#groups;
    if (groups === 1) return this.tailNs(growingNs, i);
    const growing = this.#growing;
    const { segments } = this.form;
    let sumNs = this.#fixedNs;
    for (let l = 0; l < growing; l++) {
      const segment = segments[this.#numbers[l]!]!;
      const rest = this.#restNs[l]!;
      const count = segment.counts[GROWING]!;
      let longest = -1;
      let last = 0;
      for (let g = 0, of = i * groups; g < groups; g++, of++) {
        const ns = count * growingNs[of]! + rest[g]!;
        if (ns <= longest) continue;
        longest = ns;
        last = g;
      }
      sumNs += segment.times * longest;
      if (into < 0) continue;
      this.#lastGroup[into * growing + l] = last;
      this.#lastNs[into * growing + l] = longest;
    }
    return sumNs;
  }

  /**
   * Fills `endsNs` with the ends of consecutive passes and records them: pass `from` begins at `nowNs`; the first one left out is `to`, or
   * the one after the first that ends at `untilNs` or later. Returns its number. `moreNs` [passes]: time of each beside its form.
   */
  fillEnds(
    growingNs: Float64Array,
    from: number,
    to: number,
    nowNs: number,
    untilNs: number,
    endsNs: Float64Array,
    moreNs?: Float64Array,
  ): number {
    const isAlone = this.#groups === 1;
    let endNs = nowNs;
    let i = from;
    if (!isAlone) this.makeRoom(to);
    do {
      endNs += isAlone ? this.#tailNs + this.#tailCount * growingNs[i]! : this.passNs(growingNs, i, i);
      if (moreNs !== undefined) endNs += moreNs[i]!;
      endsNs[i++] = endNs;
    } while (i < to && endNs < untilNs);
    return i;
  }

  /** Time of the last segment in pass number `i`, which was recorded. */
  tailNs(growingNs: Float64Array, i: number): number {
    if (this.#tailCount === 0) return this.#tailNs;
    return this.#groups === 1 ? this.#tailNs + this.#tailCount * growingNs[i]! : this.#lastNs[(i + 1) * this.#growing - 1]!;
  }

  /** Nanoseconds of the first `count` passes together. */
  tailsNs(growingNs: Float64Array, count: number): number {
    if (this.#tailCount === 0) return this.#tailNs * count;
    let sumNs = 0;
    for (let i = 0; i < count; i++) sumNs += this.tailNs(growingNs, i);
    return sumNs;
  }

  /** Adds the critical path of the first `count` passes, which were noted, to `spentNs` [keys]: contexts under their `kinds` [contexts]. `contextNs` as `begin` had them. */
  spend(growingNs: Float64Array, count: number, contextNs: ContextNs, kinds: readonly number[], spentNs: Float64Array): void {
    const { segments, fixedSpentNs, kinds: own } = this.form;
    if (this.#groups === 1) {
      let sumNs = 0;
      for (let i = 0; i < count; i++) sumNs += growingNs[i]!;
      this.#spend(segments[0]!, 0, count, sumNs, contextNs, kinds, spentNs);
      return;
    }
    for (let k = 0; k < own.length; k++) spentNs[own[k]!] = spentNs[own[k]!]! + fixedSpentNs[own[k]!]! * count;
    for (let l = 0, growing = 0; l < segments.length; l++) {
      const segment = segments[l]!;
      if (segment.counts[GROWING] === 0) this.#spend(segment, this.#stillGroup[l]!, count, 0, contextNs, kinds, spentNs);
      else this.#spendGrowing(segment, growing++, growingNs, count, contextNs, kinds, spentNs);
    }
  }

  #begin({ segments, fixedNs }: Form, contextNs: ContextNs): void {
    let stillNs = fixedNs;
    let growing = 0;
    this.#tailCount = 0;
    for (let l = 0; l < segments.length; l++) {
      const segment = segments[l]!;
      const { counts, others, times } = segment;
      const grows = counts[GROWING]! > 0;
      const rest = others.length === 0 ? segment.restNs : this.#fillRest(segment, l, contextNs);
      if (grows) {
        this.#numbers[growing] = l;
        this.#restNs[growing++] = rest;
        if (l === segments.length - 1) this.#tailCount = counts[GROWING]!;
        continue;
      }
      let last = others.length === 0 ? segment.lastGroup : 0;
      for (let g = 1; others.length > 0 && g < rest.length; g++) if (rest[g]! > rest[last]!) last = g;
      this.#stillGroup[l] = last;
      this.#tailNs = rest[last]!;
      stillNs += rest[last]! * times;
    }
    this.#fixedNs = stillNs;
    this.#growing = growing;
  }

  /** Fills in the time of segment number `l` for each data group, without the growing context. */
  #fillRest(segment: FormSegment, l: number, contextNs: ContextNs): Float64Array {
    while (this.#withOthers.length <= l) this.#withOthers.push(new Float64Array(this.#groups));
    const rest = this.#withOthers[l]!;
    for (let g = 0; g < rest.length; g++) rest[g] = restOf(segment, contextNs, g);
    return rest;
  }

  #spendGrowing(
    segment: FormSegment,
    growing: number,
    growingNs: Float64Array,
    count: number,
    contextNs: ContextNs,
    kinds: readonly number[],
    spentNs: Float64Array,
  ): void {
    const groups = this.#groups;
    const passes = this.#passes;
    const sumNs = this.#sumNs;
    for (let g = 0; g < groups; g++) {
      passes[g] = 0;
      sumNs[g] = 0;
    }
    for (let i = 0, at = growing; i < count; i++, at += this.#growing) {
      const last = this.#lastGroup[at]!;
      passes[last] = passes[last]! + 1;
      sumNs[last] = sumNs[last]! + growingNs[i * groups + last]!;
    }
    for (let g = 0; g < groups; g++) if (passes[g]! > 0) this.#spend(segment, g, passes[g]!, sumNs[g]!, contextNs, kinds, spentNs);
  }

  /** Adds the time of a segment on which group `g` was the last in `passes` passes, whose growing context took `sumNs` in all. */
  #spend(
    { kinds: own, counts, others, times, spentNs: ofGroups }: FormSegment,
    g: number,
    passes: number,
    sumNs: number,
    contextNs: ContextNs,
    kinds: readonly number[],
    spentNs: Float64Array,
  ): void {
    const first = g * this.form.fixedSpentNs.length;
    const of = passes * times;
    for (let k = 0; k < own.length; k++) spentNs[own[k]!] = spentNs[own[k]!]! + ofGroups[first + own[k]!]! * of;
    const growing = kinds[GROWING]!;
    spentNs[growing] = spentNs[growing]! + counts[GROWING]! * sumNs * times;
    for (let o = 0; o < others.length; o++) {
      const c = others[o]!;
      spentNs[kinds[c]!] = spentNs[kinds[c]!]! + counts[c]! * contextNs[c]![g]! * of;
    }
  }
}

/** Time of a segment for data group `g`, without the growing context. */
function restOf({ restNs, others, counts }: FormSegment, contextNs: ContextNs, g: number): number {
  let ns = restNs[g]!;
  for (let o = 0; o < others.length; o++) ns += counts[others[o]!]! * contextNs[others[o]!]![g]!;
  return ns;
}

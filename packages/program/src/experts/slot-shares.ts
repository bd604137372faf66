import type { ExpertSlots } from "@tokenyard/placement";

/**
 * Number of an expert's copies for each of its slots, if they share by load: experts with one slot keep theirs, then the fullest experts
 * first fill up the ranks of their slots, the least loaded first. If even shares leave the fullest rank no fuller, they are even. Source:
 * docs/models/routing.md#copies-of-experts.
 */
export class SlotShares {
  /** [slots] remaining quota of each, and of its expert in all [experts] */
  quota = new Float64Array(0);
  left = new Float64Array(0);
  #loads = new Float64Array(0); // [experts' ranks]
  #even = new Float64Array(0);
  #order = new Int32Array(0); // experts with several slots, the fullest first
  #ways = new Int32Array(0); // slots of one expert, that on the emptiest rank first

  /** Fills in shares for `copies` [experts] of all sources together. Returns whether they follow the load. */
  fill(copies: Float64Array, slots: ExpertSlots): boolean {
    this.#fit(slots);
    const { experts, firstOf, slotsOf, rankOf } = slots;
    this.#loads.fill(0);
    this.#even.fill(0);
    let count = 0;
    for (let x = 0; x < experts; x++) {
      const ways = firstOf[x + 1]! - firstOf[x]!;
      this.left[x] = copies[x]!;
      if (copies[x] === 0) continue;
      for (let i = firstOf[x]!; i < firstOf[x + 1]!; i++) this.#even[rankOf[slotsOf[i]!]!]! += copies[x]! / ways;
      if (ways === 1) this.#loads[rankOf[slotsOf[firstOf[x]!]!]!]! += copies[x]!;
      else {
        let at = count++;
        for (; at > 0 && copies[this.#order[at - 1]!]! < copies[x]!; at--) this.#order[at] = this.#order[at - 1]!;
        this.#order[at] = x;
      }
    }
    for (let i = 0; i < count; i++) this.#pour(this.#order[i]!, copies[this.#order[i]!]!, slots);
    return mostOf(this.#loads) < mostOf(this.#even);
  }

  /**
   * Deals `copies` of `source` to `expert`, written into `sent` [sources × slots], by the remaining quotas, which they reduce; the
   * indivisible rest starts at another slot for each source.
   */
  deal(expert: number, copies: number, source: number, { expertIn, firstOf, slotsOf }: ExpertSlots, sent: Float64Array): void {
    const row = source * expertIn.length;
    const first = firstOf[expert]!;
    const ways = firstOf[expert + 1]! - first;
    const all = this.left[expert]!;
    let left = copies;
    for (let way = 0; way < ways; way++) {
      const slot = slotsOf[first + way]!;
      const given = Math.floor((copies * this.quota[slot]!) / all);
      sent[row + slot] = given;
      this.quota[slot]! -= given;
      left -= given;
    }
    for (let way = source % ways; left > 0; way = (way + 1) % ways) {
      const slot = slotsOf[first + way]!;
      if (this.quota[slot] === 0) continue;
      sent[row + slot]! += 1;
      this.quota[slot]! -= 1;
      left--;
    }
    this.left[expert] = all - copies;
  }

  /** Copies of one expert on the ranks of its slots: the emptiest are filled up to the next, and so on. */
  #pour(expert: number, copies: number, { firstOf, slotsOf, rankOf }: ExpertSlots): void {
    const ways = firstOf[expert + 1]! - firstOf[expert]!;
    const loadOf = (way: number) => this.#loads[rankOf[this.#ways[way]!]!]!;
    for (let i = 0; i < ways; i++) {
      const slot = slotsOf[firstOf[expert]! + i]!;
      let at = i;
      for (; at > 0 && loadOf(at - 1) > this.#loads[rankOf[slot]!]!; at--) this.#ways[at] = this.#ways[at - 1]!;
      this.#ways[at] = slot;
    }
    let filled = 1;
    let sum = loadOf(0);
    while (filled < ways && loadOf(filled) * filled - sum < copies) sum += loadOf(filled++);
    const level = (sum + copies) / filled;
    let left = copies;
    for (let way = 0; way < ways; way++) {
      const wanted = way < filled ? Math.max(0, Math.floor(level - loadOf(way))) : 0;
      this.quota[this.#ways[way]!] = Math.min(left, wanted);
      left -= Math.min(left, wanted);
    }
    for (let way = 0; left > 0; way = (way + 1) % filled, left--) this.quota[this.#ways[way]!]! += 1;
    for (let way = 0; way < ways; way++) this.#loads[rankOf[this.#ways[way]!]!]! += this.quota[this.#ways[way]!]!;
  }

  #fit({ experts, expertIn, offsets }: ExpertSlots): void {
    if (this.left.length !== experts) {
      this.left = new Float64Array(experts);
      this.#order = new Int32Array(experts);
    }
    if (this.quota.length === expertIn.length && this.#loads.length === offsets.length - 1) return;
    this.quota = new Float64Array(expertIn.length);
    this.#ways = new Int32Array(expertIn.length);
    this.#loads = new Float64Array(offsets.length - 1);
    this.#even = new Float64Array(offsets.length - 1);
  }
}

function mostOf(loads: Float64Array): number {
  let most = 0;
  for (let e = 0; e < loads.length; e++) if (loads[e]! > most) most = loads[e]!;
  return most;
}

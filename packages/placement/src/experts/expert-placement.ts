/**
 * Placement of experts in one layer. An experts' rank is `tensor` ranks of the stage, which share its experts; slots are numbered across
 * all of them, rank by rank. A slot holds an expert, a further copy of one, or nothing.
 */
export interface ExpertSlots {
  readonly experts: number;
  /** The slots of rank e are offsets[e] … offsets[e + 1] − 1: [experts' ranks + 1]. Ranks may have more or fewer. */
  readonly offsets: Int32Array;
  /** [slots] the experts' rank of each */
  readonly rankOf: Int32Array;
  /** [slots] −1: empty */
  readonly expertIn: Int32Array;
  /** The slots of expert x, rising, are slotsOf[firstOf[x]] … slotsOf[firstOf[x + 1] − 1]: one, and one more for each further copy. */
  readonly firstOf: Int32Array;
  readonly slotsOf: Int32Array;
  /** Slots of the rank that has most. */
  readonly most: number;
  /** [experts' ranks] slots that are not empty */
  readonly filled: Int32Array;
  /** Whether any expert has further copies. */
  readonly hasCopies: boolean;
  /** Experts without a slot, whose ranks are lost; none in a placement. */
  readonly missing: Int32Array;
  /** Whether slot x holds expert x, and there are no other slots. */
  readonly inOrder: boolean;
}

/** Placement of the experts of every layer. Layers may differ; layers that are alike have the same slots. */
export interface ExpertPlacement {
  /** Slots of the rank that has most, in any layer. */
  readonly mostSlots: number;
  /** Slots of a layer; equal layers return the same object. */
  slots(layer: number): ExpertSlots;
}

/** The slots of a layer whose ranks hold `held` [experts' ranks][slots]: experts' numbers, −1 for an empty slot. Every expert must have a slot, unless some `mayMiss`. */
export function expertSlots(experts: number, held: readonly (readonly number[])[], mayMiss = false): ExpertSlots {
  const offsets = new Int32Array(held.length + 1);
  for (const [e, own] of held.entries()) offsets[e + 1] = offsets[e]! + own.length;
  const expertIn = Int32Array.from(held.flat());
  const firstOf = new Int32Array(experts + 1);
  for (const x of expertIn) if (x >= 0) firstOf[x + 1]!++;
  const missing = Int32Array.from({ length: experts }, (_, x) => x).filter((x) => firstOf[x + 1] === 0);
  if (missing.length > 0 && !mayMiss) throw new Error(`expert ${missing[0]} of ${experts} has no slot`);
  const hasCopies = firstOf.some((slots) => slots > 1);
  for (let x = 0; x < experts; x++) {
    firstOf[x + 1]! += firstOf[x]!;
  }
  const slotsOf = new Int32Array(firstOf[experts]!);
  const next = firstOf.slice();
  for (const [slot, x] of expertIn.entries()) if (x >= 0) slotsOf[next[x]!++] = slot;
  return Object.freeze({
    experts,
    offsets,
    rankOf: Int32Array.from(held.flatMap((own, e) => own.map(() => e))),
    expertIn,
    firstOf,
    slotsOf,
    hasCopies,
    missing,
    filled: Int32Array.from(held, (own) => own.filter((x) => x >= 0).length),
    most: held.reduce((most, own) => Math.max(most, own.length), 0),
    inOrder: expertIn.length === experts && expertIn.every((x, slot) => x === slot),
  });
}

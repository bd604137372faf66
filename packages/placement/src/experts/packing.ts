/**
 * Deals items out to bins with so much room, the heaviest first, each to the bin with least weight that still has room: [bins] of items' numbers, in
 * the order in which they came. Of equals the first. Source: EPLB (deepseek-ai/EPLB), balanced_packing.
 */
export function packed(weights: ArrayLike<number>, room: readonly number[]): number[][] {
  const order = Array.from({ length: weights.length }, (_, item) => item).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const bins = room.map((): number[] => []);
  const sums = new Float64Array(room.length);
  for (const item of order) {
    let least = -1;
    for (let bin = 0; bin < bins.length; bin++) {
      if (bins[bin]!.length < room[bin]! && (least < 0 || sums[bin]! < sums[least]!)) least = bin;
    }
    bins[least]!.push(item);
    sums[least]! += weights[item]!;
  }
  return bins;
}

import { beats, order, type Ranked } from "./standing.ts";

/**
 * Items in layers: first those that no other beats, then those that only these beat, and so on. A search in this order meets the whole
 * front early. Within a layer by `order`. Source: efficient non-dominated sort with binary search (Zhang, Tian, Cheng, Jin, IEEE TEVC
 * 19(2), 2015).
 */
export function layered<Item extends Ranked>(items: readonly Item[]): Item[] {
  const layers: Item[][] = [];
  for (const item of [...items].sort(order)) {
    const isBeaten = (layer: readonly Item[]) => layer.findLast((member) => beats(member, item)) !== undefined;
    let low = 0; // layers before it hold one that beats the item, those from `high` on none
    let high = layers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBeaten(layers[middle]!)) low = middle + 1;
      else high = middle;
    }
    if (low === layers.length) layers.push([item]);
    else layers[low]!.push(item);
  }
  return layers.flat();
}

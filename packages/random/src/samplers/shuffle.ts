import type { Stream } from "../stream.ts";
import { uniformInteger } from "./uniform-integer.ts";

/** Puts `items` in random order, in place; every order is as likely (Fisher–Yates). */
export function shuffle<Item>(stream: Stream, items: { readonly length: number; [index: number]: Item }): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = uniformInteger(stream, 0, last);
    const item = items[last]!;
    items[last] = items[other]!;
    items[other] = item;
  }
}

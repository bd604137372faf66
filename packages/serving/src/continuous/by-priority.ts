import type { RequestClass } from "../requests/request-class.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** Waiting room by a total order, in a binary heap; a preempted request returns to its old place. */
export class ByPriority implements WaitingRoom {
  readonly #slots: number[] = [];
  readonly #before: (a: number, b: number) => boolean;

  /** `before`: whether request a comes before request b; a total order. */
  constructor(before: (a: number, b: number) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#slots.length;
  }

  peek(): number {
    return this.#slots[0] ?? -1;
  }

  enter(slot: number): void {
    const slots = this.#slots;
    let at = slots.length;
    slots.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(slot, slots[parent]!)) break;
      slots[at] = slots[parent]!;
      at = parent;
    }
    slots[at] = slot;
  }

  enterAgain(slot: number): void {
    this.enter(slot);
  }

  remove(slot: number): void {
    const others = this.#slots.filter((each) => each !== slot);
    this.#slots.length = 0;
    for (const other of others) this.enter(other);
  }

  leave(): number {
    const slots = this.#slots;
    const first = slots[0]!;
    const last = slots.pop()!;
    if (slots.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= slots.length) break;
      if (child + 1 < slots.length && this.#before(slots[child + 1]!, slots[child]!)) child++;
      if (!this.#before(slots[child]!, last)) break;
      slots[at] = slots[child]!;
      at = child;
    }
    slots[at] = last;
    return first;
  }
}

/** Order of requests: the lower priority first, and among equals the earlier arrival. */
export function byPriority(requests: RequestSlots, classes: readonly RequestClass[]): (a: number, b: number) => boolean {
  return (a, b) => {
    const byClass = classes[requests.classIndex[a]!]!.priority - classes[requests.classIndex[b]!]!.priority;
    return byClass === 0 ? requests.number[a]! < requests.number[b]! : byClass < 0;
  };
}

/** [nodes][experts] copies that nodes send to experts; undefined for a node that sends none */
export type AskedCopies = readonly (Float64Array | undefined)[];

/**
 * Copies that leave their node if each expert is on one node, equally many on each: the largest request is granted first, among equals that
 * of the first node, then of the first expert, as long as the node has room.
 */
export function crossedAware(asked: AskedCopies, experts: number): number {
  const room = new Int32Array(asked.length).fill(Math.ceil(experts / asked.length));
  const wishes = new Wishes(experts);
  let crossed = 0;
  for (const [node, copies] of asked.entries()) {
    if (copies === undefined) continue;
    for (let x = 0; x < experts; x++) {
      crossed += copies[x]!;
      wishes.raise(x, node, copies[x]!);
    }
  }
  wishes.order();
  for (let x = wishes.largest(); x >= 0; x = wishes.largest()) {
    const node = wishes.nodes[x]!;
    if (room[node]! > 0) {
      crossed -= wishes.copies[x]!;
      room[node] = room[node]! - 1;
      wishes.remove();
    } else {
      wishes.copies[x] = 0;
      for (let other = 0; other < asked.length; other++) if (room[other]! > 0) wishes.raise(x, other, asked[other]?.[x] ?? 0);
      wishes.lower();
    }
  }
  return crossed;
}

/** The largest wish for each expert, in a heap: one whose node is full is lowered once it is at the top. */
class Wishes {
  /** [experts] copies, and the node that sends them */
  readonly copies: Float64Array;
  readonly nodes: Int32Array;
  readonly #heap: Int32Array;
  #count: number;

  constructor(experts: number) {
    this.copies = new Float64Array(experts);
    this.nodes = new Int32Array(experts);
    this.#heap = new Int32Array(experts);
    this.#count = 0;
  }

  /** Adds a request of `node`, which follows those before, for `copies` of `expert`. */
  raise(expert: number, node: number, copies: number): void {
    if (copies <= this.copies[expert]!) return;
    this.copies[expert] = copies;
    this.nodes[expert] = node;
  }

  order(): void {
    for (let x = 0; x < this.copies.length; x++) if (this.copies[x]! > 0) this.#heap[this.#count++] = x;
    for (let at = (this.#count >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The expert with the largest request; −1: none is left. */
  largest(): number {
    return this.#count === 0 ? -1 : this.#heap[0]!;
  }

  /** The largest has become smaller. */
  lower(): void {
    if (this.copies[this.#heap[0]!] === 0) this.remove();
    else this.#sink(0);
  }

  /** The largest is granted. */
  remove(): void {
    this.#count--;
    this.#heap[0] = this.#heap[this.#count]!;
    this.#sink(0);
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const moved = heap[from]!;
    let at = from;
    for (let child = 2 * at + 1; child < this.#count; child = 2 * at + 1) {
      if (child + 1 < this.#count && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, moved)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  }

  #isBefore(a: number, b: number): boolean {
    const more = this.copies[a]! - this.copies[b]!;
    if (more !== 0) return more > 0;
    const earlier = this.nodes[a]! - this.nodes[b]!;
    return earlier < 0 || (earlier === 0 && a < b);
  }
}

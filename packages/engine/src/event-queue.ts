import TinyQueue from "tinyqueue";

/** What events are ordered by: time, then order, then sequence. No two share a sequence, so no two are equal. */
export interface EventKey {
  readonly timeNs: number;
  readonly order: number;
  readonly sequence: number;
}

/** Holds entries and gives the least back first. */
export interface EventQueue<Entry extends EventKey> {
  push(entry: Entry): void;
  /** The least entry, left where it is; undefined when there is none. */
  peek(): Entry | undefined;
  /** Takes the least entry; undefined when there is none. */
  pop(): Entry | undefined;
}

/** Negative when `a` comes before `b`. Exact, as long as the three fields are safe integers. */
export function compareKeys(a: EventKey, b: EventKey): number {
  return a.timeNs - b.timeNs || a.order - b.order || a.sequence - b.sequence;
}

/** An empty queue: a binary heap, O(log n) to push and to pop. */
export function createEventQueue<Entry extends EventKey>(): EventQueue<Entry> {
  return new TinyQueue<Entry>([], compareKeys);
}

import type { KeptListener } from "@tokenyard/simulator";
import { tokenOfAnswer } from "../prompts/prompt-tokens.ts";

/** Blocks of one text, one behind the other, that a cache keeps from now on. */
export interface BlocksStored {
  readonly kind: "stored";
  /** The number of 64 bits that stands for each block and all before it. */
  readonly hashes: bigint[];
  /** The one of the block before them; null: they begin a text. */
  readonly parent: bigint | null;
  readonly tokens: number[];
}

/** Blocks that a cache has no longer. */
export interface BlocksRemoved {
  readonly kind: "removed";
  readonly hashes: bigint[];
}

export type BlockEvent = BlocksStored | BlocksRemoved;

/** What a request says: its prompt, and which answer it has. */
interface Text {
  readonly prompt: Uint32Array;
  readonly seed: number;
}

/** What is known of the plan once it is prepared. */
export interface BlockShape {
  readonly blockTokens: number;
  /** Data groups of a replica. */
  readonly dataGroups: number;
  /** Number of the request in a slot. */
  numberOf(slot: number): number;
}

/** Collects which blocks the data groups of a plan keep and lose, in order, until they are drained. */
export class BlockEvents {
  readonly #shape: () => BlockShape;
  readonly #texts = new Map<number, Text>();
  readonly #ended: number[] = [];
  /** By rank: its events since the last drain. */
  #pending = new Map<number, BlockEvent[]>();
  /** The event to which the next block of its text is added, and the depth of its last block. */
  #last: { readonly event: BlocksStored; readonly slot: number; depth: number } | undefined;

  /** `shape` is asked for when blocks are kept. */
  constructor(shape: () => BlockShape) {
    this.#shape = shape;
  }

  /** Request `number` is in. */
  arrived(number: number, prompt: Uint32Array, seed: number): void {
    this.#texts.set(number, { prompt, seed });
  }

  /** Request `number` is out; what it leaves behind may be reported until the next drain. */
  ended(number: number): void {
    this.#ended.push(number);
  }

  /** Listener to data group `group` of `replica`. Ranks count all data groups of the server. */
  listenerOf(replica: number, group: number): KeptListener {
    const rank = () => replica * this.#shape().dataGroups + group;
    return {
      gained: (high, low, depth, slot, keys) => this.#stored(rank(), high, low, depth, slot!, keys!),
      lost: (high, low) => this.#removed(rank(), hashOf(high, low)),
    };
  }

  /** Events by rank since the last call. */
  drain(): ReadonlyMap<number, readonly BlockEvent[]> {
    const drained = this.#pending;
    if (drained.size > 0) this.#pending = new Map();
    this.#last = undefined;
    for (const number of this.#ended.splice(0)) this.#texts.delete(number);
    return drained;
  }

  #stored(rank: number, high: number, low: number, depth: number, slot: number, keys: Int32Array): void {
    const events = this.#eventsOf(rank);
    const last = this.#last;
    const goesOn = last !== undefined && last.event === events.at(-1) && last.slot === slot && last.depth === depth - 1;
    const parent = depth === 1 ? null : hashOf(keys[2 * depth - 4]!, keys[2 * depth - 3]!);
    const event = goesOn ? last.event : { kind: "stored" as const, hashes: [], parent, tokens: [] };
    if (!goesOn) events.push(event);
    event.hashes.push(hashOf(high, low));
    this.#addTokens(event.tokens, depth, slot);
    this.#last = { event, slot, depth };
  }

  #addTokens(tokens: number[], depth: number, slot: number): void {
    const { blockTokens, numberOf } = this.#shape();
    const text = this.#texts.get(numberOf(slot));
    if (text === undefined) throw new Error(`a block of request ${numberOf(slot)} is kept, which is not in`);
    const { prompt, seed } = text;
    for (let at = (depth - 1) * blockTokens; at < depth * blockTokens; at++)
      tokens.push(at < prompt.length ? prompt[at]! : tokenOfAnswer(seed, at - prompt.length));
  }

  #removed(rank: number, hash: bigint): void {
    const events = this.#eventsOf(rank);
    const last = events.at(-1);
    if (last?.kind === "removed") last.hashes.push(hash);
    else events.push({ kind: "removed", hashes: [hash] });
  }

  #eventsOf(rank: number): BlockEvent[] {
    const there = this.#pending.get(rank);
    if (there !== undefined) return there;
    const events: BlockEvent[] = [];
    this.#pending.set(rank, events);
    return events;
  }
}

function hashOf(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

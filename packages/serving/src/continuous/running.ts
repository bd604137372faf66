import type { DataGroup, Service } from "./data-group.ts";
import type { Sequences } from "./sequences.ts";

// Requests that a data group serves, in order of admission: a list through the columns `before` and `after` of the sequences.

/** Admits `slot` to `microBatch`, as the youngest of all. */
export function admit(slot: number, microBatch: number, group: DataGroup, service: Service): void {
  const { sequences } = service;
  const { before, after } = sequences;
  group.running++;
  group.owed += blocksInAll(slot, service);
  sequences.microBatch[slot] = microBatch;
  before[slot] = group.youngest;
  after[slot] = -1;
  if (group.youngest >= 0) after[group.youngest] = slot;
  group.youngest = slot;
}

/** Reserves what `slot`, which was admitted with its found blocks, keeps beside the blocks of its tokens. */
export function pin(slot: number, { pool, slots }: DataGroup, service: Service): void {
  const { states } = service.limits;
  if (states === undefined) return;
  pool.take(pinnedBy(slot, service));
  slots?.take(states.slots!.perRequest);
}

/** Ends the service of `slot`, which holds no blocks. */
export function dismiss(slot: number, group: DataGroup, service: Service): void {
  const { before, after, microBatch } = service.sequences;
  group.running--;
  group.owed -= blocksInAll(slot, service);
  microBatch[slot] = -1;
  if (before[slot]! >= 0) after[before[slot]!] = after[slot]!;
  if (after[slot]! >= 0) before[after[slot]!] = before[slot]!;
  else group.youngest = before[slot]!;
}

/** Claims `blocks` of the blocks owed to running requests. */
export function take(blocks: number, group: DataGroup): void {
  group.pool.take(blocks);
  group.owed -= blocks;
}

/** Returns claimed `blocks` for a pass that does not compute them. */
export function putBack(blocks: number, group: DataGroup): void {
  group.pool.give(blocks);
  group.owed += blocks;
}

/** Releases the `blocks` of `slot`, in which `tokens` are cached, and what it pinned. */
export function giveBack(slot: number, blocks: number, tokens: number, group: DataGroup, service: Service): void {
  group.copiedTokens += tokens - (tokens % group.checkpointTokens);
  group.owed += blocks;
  release(slot, blocks, tokens, group, service);
}

/** Releases the blocks of a request that is no longer served. */
export function release(slot: number, blocks: number, tokens: number, { pool, reuse, slots }: DataGroup, service: Held): void {
  if (service.limits.states !== undefined) {
    pool.give(pinnedBy(slot, service));
    slots?.give(service.limits.states.slots!.perRequest);
  }
  if (reuse === undefined) pool.give(blocks);
  else reuse.leave(slot, blocks, tokens);
}

/** Blocks that `slot` has from its admission on, beside those of its tokens. */
export function pinnedBy(slot: number, { limits, requests }: Held): number {
  return limits.states?.pinnedBlocks(requests.promptTokens[slot]! + (limits.promptsOnly ? 0 : requests.outputTokens[slot]! - 1)) ?? 0;
}

/** Whether there are slots for one more. */
export function hasSlots({ slots }: DataGroup, { limits }: Held): boolean {
  return slots === undefined || slots.free >= limits.states!.slots!.perRequest;
}

type Held = Pick<Service, "limits" | "requests">;

/** Blocks of the tokens of `slot` in all, with room for drafts: nothing is cached of its last token. */
export function blocksInAll(slot: number, { limits, requests }: Held): number {
  return Math.ceil((requests.promptTokens[slot]! + requests.outputTokens[slot]! - 1 + limits.lookahead) / limits.blockTokens);
}

/** Blocks for the tokens of a `waiting` request, and those that running requests still need until their last tokens. */
export function blocksToReserve(waiting: number, { owed }: DataGroup, service: Service): number {
  return blocksInAll(waiting, service) + owed;
}

/**
 * Sequence that yields to micro-batch `own`: the one admitted last, or last by priority, among those in no micro-batch in flight. −1 if
 * that is one of its own, and one in flight would have to yield before it: then waiting is better. So the first of all always makes
 * progress. `yieldsTo(a, b)`: a is preempted before b; undefined: the younger one is.
 */
export function victimOf(own: number, group: DataGroup, sequences: Sequences, yieldsTo?: (a: number, b: number) => boolean): number {
  const { before, microBatch, elsewhere } = sequences;
  const { members, youngest } = group;
  let victim = -1;
  let flying = -1;
  for (let slot = youngest; slot >= 0; slot = before[slot]!) {
    if (elsewhere[slot] === 1) continue; // its cache is under way and has no other destination
    if (members[microBatch[slot]!]!.inFlight) {
      if (victim < 0 && yieldsTo === undefined) flying = slot;
      else if (yieldsTo !== undefined && (flying < 0 || yieldsTo(slot, flying))) flying = slot;
    } else if (victim < 0 || yieldsTo?.(slot, victim) === true) victim = slot;
    if (victim >= 0 && yieldsTo === undefined) break;
  }
  const isOwn = victim >= 0 && microBatch[victim] === own;
  const yieldsFirst = flying >= 0 && (yieldsTo === undefined || yieldsTo(flying, victim));
  return isOwn && yieldsFirst ? -1 : victim;
}

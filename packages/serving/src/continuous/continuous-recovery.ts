import type { Prefixes } from "../prefix/prefixes.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import { SILENT } from "../requests/silent-observer.ts";
import type { Recovery } from "../scheduler.ts";
import type { DataGroups } from "./data-groups.ts";
import type { Sequences } from "./sequences.ts";

/** Requests by place, as a scheduler of continuous batches keeps them. */
interface RecoveryContext {
  readonly groups: DataGroups;
  readonly sequences: Sequences;
  readonly requests: RequestSlots;
  readonly prefixes: Prefixes | undefined;
  /** Removes `slot` from its data group. */
  left(slot: number): void;
}

/** Recovers the requests of lost data groups. */
export class ContinuousRecovery implements Recovery {
  readonly #context: RecoveryContext;

  constructor(context: RecoveryContext) {
    this.#context = context;
  }

  requestsIn(home: number): number[] {
    const { sequences, requests } = this.#context;
    const slots: number[] = [];
    for (let slot = 0; slot < requests.count; slot++) if (sequences.home[slot] === home) slots.push(slot);
    return slots.sort((a, b) => requests.number[a]! - requests.number[b]!);
  }

  isServed(slot: number): boolean {
    return this.#context.sequences.microBatch[slot]! >= 0;
  }

  cachedTokens(slot: number): number {
    if (!this.isServed(slot)) return 0;
    return this.#membersOf(slot).cachedTokens(slot);
  }

  startOver(slot: number, nowNs: number, observer: SchedulerObserver): void {
    const { sequences, requests } = this.#context;
    sequences.out[slot] = 0;
    sequences.saved[slot] = 0;
    requests.cachedTokens[slot] = 0;
    sequences.target[slot] = requests.promptTokens[slot]!;
    observer.startedOver(slot, nowNs);
  }

  settledTokens(slot: number): number {
    if (this.isServed(slot)) return this.#membersOf(slot).settledTokens(slot);
    return this.#context.sequences.past[slot]!; // tokens of a request that waits to move to another pool; else 0
  }

  copiedTokens(home: number): number {
    return this.#context.groups.all[home]!.copiedTokens;
  }

  homeOf(slot: number): number {
    return this.#context.sequences.home[slot]!;
  }

  restore(slot: number, tokens: number): void {
    this.#context.sequences.saved[slot] = tokens;
  }

  outputTokens(slot: number): number {
    const { out } = this.#context.sequences;
    return out[slot]! + (this.isServed(slot) ? this.#membersOf(slot).decodedTokens(slot) : 0);
  }

  isUnderWay(slot: number): boolean {
    return this.isServed(slot) && this.#context.sequences.elsewhere[slot] === 0 && this.#membersOf(slot).inFlight;
  }

  replicaOf(slot: number): number {
    return this.#context.sequences.home[slot]! < 0 ? -1 : this.#context.groups.replicaOf(slot);
  }

  fail(slot: number, nowNs: number, observer: SchedulerObserver): void {
    const replica = this.replicaOf(slot);
    this.takeOut(slot, nowNs);
    observer.failed(slot, nowNs, replica);
  }

  forget(home: number): void {
    this.#context.groups.all[home]!.reuse?.cache.forget();
  }

  takeOut(slot: number, nowNs: number, observer: SchedulerObserver = SILENT): void {
    const { groups, sequences, requests, prefixes } = this.#context;
    const group = groups.of(slot);
    if (this.isServed(slot) && sequences.elsewhere[slot] === 1) this.#membersOf(slot).withdraw(slot);
    else if (this.isServed(slot)) {
      const members = this.#membersOf(slot);
      if (members.inFlight) throw new Error(`the pass of request ${requests.number[slot]} is under way: it cannot be taken out`);
      const recomputed = group.recomputedTokens;
      members.preempt(slot, nowNs, observer);
      group.recomputedTokens = recomputed; // they never will be
      group.waiting.remove(slot);
    } else group.waiting.remove(slot);
    prefixes?.chains.drop(slot);
    this.#context.left(slot);
    sequences.home[slot] = -1;
  }

  #membersOf(slot: number) {
    const { groups, sequences } = this.#context;
    return groups.of(slot).members[sequences.microBatch[slot]!]!;
  }
}

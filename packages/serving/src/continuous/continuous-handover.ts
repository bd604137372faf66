import type { ServingSpec } from "@tokenyard/scenario";
import type { Prefixes } from "../prefix/prefixes.ts";
import type { Progress } from "../requests/progress.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { Handover, ServingContext } from "../scheduler.ts";
import type { Limits } from "./data-group.ts";
import type { DataGroups } from "./data-groups.ts";
import { pinnedBy, release } from "./running.ts";
import type { Sequences } from "./sequences.ts";

/** What a pool of such a role does of each request. */
export function partOf(
  { firstToken }: Pick<ServingSpec, "firstToken">,
  { role }: Pick<ServingContext, "role">,
): Pick<Limits, "promptsOnly" | "keepsFirst" | "givesFirst"> {
  const isLate = firstToken === "decode";
  return { promptsOnly: role === "prefill", keepsFirst: role === "prefill" && isLate, givesFirst: role === "decode" && isLate };
}

/** How requests come to data groups, and leave them. */
interface GroupGates {
  /** The data group for a request, which keeps away from replica `avoided` if another is open. */
  choose(slot: number, avoided?: number): number;
  /** Lets one in at a data group. */
  join(slot: number, home: number, nowNs: number): void;
  /** One that is in, with nothing cached here, leaves its data group and waits at one that is chosen then. */
  change(slot: number, nowNs: number): void;
}

/** Hands requests over between the pool that computes their prompt and the pool that decodes, for the data groups of either. */
export class ContinuousHandover implements Handover {
  readonly #groups: DataGroups;
  readonly #sequences: Sequences;
  readonly #requests: RequestSlots;
  readonly #limits: Limits;
  readonly #prefixes: Prefixes | undefined;
  readonly #gates: GroupGates;

  constructor(
    groups: DataGroups,
    sequences: Sequences,
    requests: RequestSlots,
    limits: Limits,
    prefixes: Prefixes | undefined,
    gates: GroupGates,
  ) {
    this.#groups = groups;
    this.#sequences = sequences;
    this.#requests = requests;
    this.#limits = limits;
    this.#prefixes = prefixes;
    this.#gates = gates;
  }

  fits(slot: number): boolean {
    const { promptsOnly, lookahead } = this.#limits;
    return this.#fits(slot, this.#requests.promptTokens[slot]! + (promptsOnly ? 0 : this.#requests.outputTokens[slot]! - 1 + lookahead));
  }

  receive(slot: number, firstTokenNs: number, progress?: Progress, avoided?: number): number {
    const sequences = this.#sequences;
    this.#gates.join(slot, this.#gates.choose(slot, avoided), firstTokenNs); // what is computed already is not refused
    sequences.elsewhere[slot] = 1;
    if (progress === undefined) sequences.begin(slot, 1, firstTokenNs);
    else {
      sequences.proceed(slot, progress);
      if (this.#limits.givesFirst === true) sequences.out[slot]! += 1; // the token that its prompt yielded now
      sequences.target[slot] = this.#requests.promptTokens[slot]! + sequences.out[slot]! - 1;
    }
    return this.#groups.replicaOf(slot);
  }

  recompute(slot: number, progress: Progress, nowNs: number): number | undefined {
    const tokens = this.#requests.promptTokens[slot]! + progress.out;
    if (!this.#fits(slot, tokens)) return undefined;
    this.#requests.cachedTokens[slot] = 0; // it was cached where it is no more
    this.#gates.join(slot, this.#gates.choose(slot), nowNs);
    this.#sequences.proceed(slot, progress);
    this.#sequences.target[slot] = tokens;
    return this.#groups.replicaOf(slot);
  }

  progressOf(slot: number): Progress {
    const { elsewhere, out, tokenNs, streamed, streamedNs } = this.#sequences;
    const { keepsFirst, givesFirst } = this.#limits;
    const isHeldBack = keepsFirst === true || (givesFirst === true && elsewhere[slot] === 1);
    const isNone = isHeldBack && out[slot] === 1;
    return {
      out: out[slot]! - (isHeldBack ? 1 : 0),
      tokenNs: tokenNs[slot]!,
      streamed: isNone ? 0 : streamed[slot]!,
      streamedNs: streamedNs[slot]!,
    };
  }

  keptTokens(slot: number): number {
    return this.#sequences.cached[slot]!;
  }

  moveOn(slot: number, nowNs: number): number {
    const { microBatch } = this.#sequences;
    const group = this.#groups.of(slot);
    if (microBatch[slot]! >= 0) group.members[microBatch[slot]!]!.withdraw(slot);
    else group.waiting.remove(slot);
    this.#gates.change(slot, nowNs);
    return this.#groups.replicaOf(slot);
  }

  resume(slot: number, nowNs: number): number {
    const { outBefore, place, promptTokens } = this.#requests;
    const sequences = this.#sequences;
    this.#gates.join(slot, place[slot]! % this.#groups.all.length, nowNs);
    sequences.elsewhere[slot] = 1;
    sequences.begin(slot, outBefore[slot]!, nowNs);
    sequences.target[slot] = promptTokens[slot]! + outBefore[slot]! - 1;
    return this.#groups.replicaOf(slot);
  }

  reserve(slot: number, nowNs: number, observer: SchedulerObserver): void {
    const group = this.#groups.of(slot);
    while (group.waiting.size > 0 && group.running < this.#limits.maxSequences) {
      const fewest = group.members.reduce((least, each) => (each.size < least.size ? each : least));
      if (!fewest.reserve(nowNs, observer)) return;
    }
  }

  landed(slot: number): number {
    this.#groups.of(slot).members[this.#sequences.microBatch[slot]!]!.land(slot);
    return this.#groups.replicaOf(slot);
  }

  release(slot: number): number {
    const { blocks, cached } = this.#sequences;
    const service = { limits: this.#limits, requests: this.#requests };
    const group = this.#groups.of(slot);
    group.copiedTokens += cached[slot]! - (cached[slot]! % group.checkpointTokens);
    release(slot, blocks[slot]!, cached[slot]!, group, service);
    this.#prefixes?.chains.drop(slot);
    const replica = this.#groups.replicaOf(slot);
    this.#sequences.home[slot] = -1;
    return replica;
  }

  homeOf(slot: number): number {
    return this.#sequences.home[slot] ?? -1;
  }

  /** Whether an empty cache would hold so many `tokens` of `slot`. */
  #fits(slot: number, tokens: number): boolean {
    const { pool, slots } = this.#groups.all[0]!;
    if (slots !== undefined && this.#limits.states!.slots!.perRequest > slots.total) return false;
    return Math.ceil(tokens / this.#limits.blockTokens) + pinnedBy(slot, { limits: this.#limits, requests: this.#requests }) <= pool.total;
  }
}

import type { ServingSpec } from "@tokenyard/scenario";
import type { Prefixes } from "../prefix/prefixes.ts";
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

/** Hands requests over between the pool that computes their prompt and the pool that decodes, for the data groups of either. */
export class ContinuousHandover implements Handover {
  readonly #groups: DataGroups;
  readonly #sequences: Sequences;
  readonly #requests: RequestSlots;
  readonly #limits: Limits;
  readonly #prefixes: Prefixes | undefined;
  readonly #arrive: Handover["receive"];
  readonly #join: (slot: number, home: number, nowNs: number) => void;

  /** `arrive`: lets a request in as any other; `join`: lets one in at a data group. */
  constructor(
    groups: DataGroups,
    sequences: Sequences,
    requests: RequestSlots,
    limits: Limits,
    prefixes: Prefixes | undefined,
    arrive: Handover["receive"],
    join: (slot: number, home: number, nowNs: number) => void,
  ) {
    this.#groups = groups;
    this.#sequences = sequences;
    this.#requests = requests;
    this.#limits = limits;
    this.#prefixes = prefixes;
    this.#arrive = arrive;
    this.#join = join;
  }

  fits(slot: number): boolean {
    const { promptsOnly, blockTokens, lookahead } = this.#limits;
    const cached = this.#requests.promptTokens[slot]! + (promptsOnly ? 0 : this.#requests.outputTokens[slot]! - 1 + lookahead);
    const { pool, slots } = this.#groups.all[0]!;
    if (slots !== undefined && this.#limits.states!.slots!.perRequest > slots.total) return false;
    return Math.ceil(cached / blockTokens) + pinnedBy(slot, { limits: this.#limits, requests: this.#requests }) <= pool.total;
  }

  receive(slot: number, firstTokenNs: number, observer: SchedulerObserver): number {
    const replica = this.#arrive(slot, firstTokenNs, observer);
    this.#sequences.elsewhere[slot] = 1;
    this.#sequences.begin(slot, 1, firstTokenNs);
    return replica;
  }

  resume(slot: number, nowNs: number): number {
    const { outBefore, place, promptTokens } = this.#requests;
    const sequences = this.#sequences;
    this.#join(slot, place[slot]! % this.#groups.all.length, nowNs);
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
    release(slot, blocks[slot]!, cached[slot]!, this.#groups.of(slot), service);
    this.#prefixes?.chains.drop(slot);
    return this.#groups.replicaOf(slot);
  }

  homeOf(slot: number): number {
    return this.#sequences.home[slot]!;
  }
}

import type { Pass } from "@tokenyard/model";
import type { ServingSpec } from "@tokenyard/scenario";
import { CachedTokens, type Caches, CopiedTokens } from "../batches/cached-tokens.ts";
import { dealBatch } from "../batches/deal-batch.ts";
import { formMicroBatches } from "../batches/form-micro-batches.ts";
import { MicroBatch } from "../batches/micro-batch.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { Load, Scheduler, ServingContext, Use } from "../scheduler.ts";
import { staticLoad } from "./static-load.ts";
import { StaticReachability, StaticRecovery } from "./static-recovery.ts";
import { WaitingLine } from "./waiting-line.ts";

type StaticSpec = Extract<ServingSpec["scheduler"], { kind: "static" }>;

/**
 * Deals one batch to micro-batches, starts when its last request has arrived, and lets each micro-batch run until its last sequence has
 * finished: none joins. A replica first gets its micro-batches in order, later each again when its pass has finished, in order of finish.
 */
export class StaticScheduler implements Scheduler {
  readonly kind = "static";
  readonly reachability: StaticReachability;
  readonly recovery: StaticRecovery;
  readonly #load: Load;
  /** Places in caches of a token: with a copy of it, if peers keep copies. */
  readonly #copies: number;
  readonly #caches: Caches;
  readonly #microBatches: readonly MicroBatch[];
  /** Micro-batches whose next pass may start, [replicas]. */
  readonly #waiting: readonly WaitingLine<MicroBatch>[];
  #awaited: number;

  constructor(spec: StaticSpec, context: ServingContext) {
    const { requests, replicas, dataGroups } = context;
    const bins = { replicas, microBatches: spec.microBatches, dataGroups };
    const costs = Float64Array.from(requests.promptTokens, (tokens) => context.attentionCost(tokens));
    const full = new CachedTokens(replicas * dataGroups);
    const windowed = context.window === Number.POSITIVE_INFINITY ? full : new CachedTokens(replicas * dataGroups);
    const copied = new CopiedTokens(replicas * dataGroups, context.checkpoints?.every ?? Number.POSITIVE_INFINITY);
    this.#caches = { full, windowed, copied };
    this.#microBatches = formMicroBatches(context, dealBatch(spec.deal, costs, bins), bins, this.#caches);
    this.#load = staticLoad(context, this.#microBatches);
    this.#copies = context.checkpoints?.copies ?? 1;
    const room = context.roomBeside?.(this.#load) ?? Number.POSITIVE_INFINITY;
    this.reachability = new StaticReachability(context);
    this.recovery = new StaticRecovery(this.#microBatches, context, copied, room, this.reachability);
    this.#waiting = Array.from({ length: replicas }, () => new WaitingLine<MicroBatch>());
    this.#awaited = requests.count;
  }

  arrive(request: number, nowNs: number): undefined {
    if (this.#awaited === 0) throw new Error(`request ${request} arrives at ${nowNs} ns after the whole batch has arrived`);
    this.#awaited--;
    if (this.#awaited > 0) return;
    for (const microBatch of this.#microBatches) this.#waiting[microBatch.replica]!.join(microBatch);
  }

  next(replica: number, nowNs: number, observer: SchedulerObserver): Pass | undefined {
    const waiting = this.#waiting[replica]!;
    for (let left = waiting.length; left > 0; left--) {
      const microBatch = waiting.leave()!;
      if (microBatch.over) continue; // faults took the last of it
      if (microBatch.load(nowNs, observer) <= nowNs) {
        microBatch.start(nowNs, observer);
        return microBatch;
      }
      waiting.join(microBatch);
    }
    return undefined;
  }

  /** Whether any micro-batch of `replica` waits for its next pass. */
  hasWork(replica: number): boolean {
    return this.#awaited === 0 && this.#microBatches.some((each) => each.replica === replica && !each.over);
  }

  requeue(request: number, nowNs: number, observer: SchedulerObserver): number {
    return this.recovery.lose(request, nowNs, observer);
  }

  finish(pass: Pass, nowNs: number, observer: SchedulerObserver): void {
    if (!(pass instanceof MicroBatch)) throw new Error("a static scheduler is given a pass that it did not make");
    pass.end(nowNs, observer);
    if (!pass.over) this.#waiting[pass.replica]!.join(pass);
  }

  breakOff(pass: Pass): void {
    if (!(pass instanceof MicroBatch)) throw new Error("a static scheduler is given a pass that it did not make");
    pass.breakOff();
    this.#waiting[pass.replica]!.join(pass);
  }

  load(): Load {
    return this.#load;
  }

  /** The largest passes are as they were foreseen. */
  use(): Use {
    const { passTokens, passTotalTokens, passSequences, heldSequences } = this.#load;
    const { full, windowed } = this.#caches;
    const held = heldSequences === undefined ? {} : { heldSequences };
    const [kvTokens, windowedKvTokens] = [full, windowed].map(({ most }) => most.map((tokens) => tokens * this.#copies));
    return { kvTokens: kvTokens!, windowedKvTokens: windowedKvTokens!, passTokens, passTotalTokens, passSequences, ...held };
  }
}

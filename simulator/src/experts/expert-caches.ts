import { nsFromSeconds } from "@tokenyard/engine";
import { ExpertCache, evictionOf } from "@tokenyard/model";
import { type ExpertSlots, expertSlotBytes } from "@tokenyard/placement";
import type { ExpertLoad } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";
import type { ExpertCacheColumns } from "@tokenyard/report";
import type { PoolSetup } from "../inputs/setup.ts";
import { type OffloadedCosts, offloadedCosts } from "./offloaded-costs.ts";
import { Prefetcher } from "./prefetcher.ts";
import { WatchedCache } from "./watched-cache.ts";

type Setup = Pick<PoolSetup, "scenario" | "plan" | "router"> & Partial<Pick<PoolSetup, "evictions">>;

/** Cached experts of a layer on a rank, given their `slots`. */
interface Kept {
  readonly cache: ExpertCache;
  slots: ExpertSlots;
}

/**
 * Caches of experts on the GPUs of a pool, and the cost of other experts: a load over a link from the host's memory, or computation on the
 * host, whichever ends sooner if both are allowed. Source: docs/models/routing.md#offloaded-experts.
 */
export class ExpertCaches {
  /** Prefetcher, if experts are guessed; the wait of ranks is then known only when their kernels are due. */
  readonly prefetcher: Prefetcher | undefined;
  readonly #setup: Setup;
  readonly #costs: OffloadedCosts;
  /** [(stage · layers + layer) · experts' ranks + rank] */
  readonly #kept = new Map<number, Kept>();
  /** Counts of the caches that were lost. */
  readonly #gone = { hits: 0, misses: 0, mostHits: 0 };
  readonly #tally = { loads: 0, onHost: 0, bytes: 0, waitNs: 0 };

  constructor(setup: Setup) {
    const { scenario, plan } = setup;
    this.#setup = setup;
    this.#costs = offloadedCosts(scenario, plan, expertSlotBytes(scenario, plan));
    const { prefetch } = scenario.expertCache!;
    if (prefetch !== undefined && prefetch.depth > 0)
      this.prefetcher = new Prefetcher(prefetch, plan, scenario.model.layers, this.#costs, this.#tally);
  }

  /**
   * Looks up the experts of `layer` that have copies in `load` on their ranks, for a pass that was admitted to the stage at `admittedNs`:
   * fills in the waits for missing ones, or, where `guesses` are made, leaves that to the prefetcher.
   */
  use(layer: number, stage: number, load: ExpertLoad, guesses: Stream | undefined, admittedNs: number): void {
    const { plan } = this.#setup;
    const { offsets, expertIn } = load.slots!;
    const { rows } = load.computed;
    const guessed = this.prefetcher?.enter(layer, stage, load, admittedNs);
    if (load.missNs.length !== plan.expert) load.missNs = new Float64Array(plan.expert);
    for (let e = 0; e < plan.expert; e++) {
      const cache = this.#cacheOf(stage, layer, load.slots!, e);
      let seconds = 0;
      let hostSeconds = 0;
      for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) {
        if (rows[slot] === 0) continue;
        if (guessed !== undefined) {
          const isRight = guessed.isAny && this.prefetcher!.guess(guessed, e, load, cache, guesses!);
          if (!cache.use(expertIn[slot]!)) guessed.addMiss(e, slot, isRight, load.slots!);
          continue;
        }
        if (cache.use(expertIn[slot]!)) continue;
        const onHost = this.#costs.hostSeconds(rows[slot]!);
        if (onHost < this.#costs.loadSeconds) {
          hostSeconds += onHost;
          this.#tally.onHost++;
        } else {
          seconds += this.#costs.loadSeconds;
          this.#tally.loads++;
          this.#tally.bytes += this.#costs.bytes;
        }
      }
      load.missNs[e] = nsFromSeconds(Math.max(seconds, hostSeconds)); // the link and the host work side by side
      this.#tally.waitNs += load.missNs[e]!;
    }
  }

  /** Discards the GPU cache of experts' rank `e` of stage number `stage`; when the rank has experts again, its cache is as at the start. */
  forget(stage: number, e: number): void {
    const { scenario } = this.#setup;
    for (let layer = 0; layer < scenario.model.layers; layer++) {
      const key = this.#keyOf(stage, layer, e);
      const kept = this.#kept.get(key);
      if (kept === undefined) continue;
      this.#gone.hits += kept.cache.hits;
      this.#gone.misses += kept.cache.misses;
      this.#gone.mostHits += mostHitsOf(kept.cache);
      this.#kept.delete(key);
    }
  }

  /** Hits, and the most that any eviction rule would have had, if the scenario asks for bounds. */
  bounds(): { readonly cacheHits: number; readonly cacheHitsAtMost: number } {
    let cacheHitsAtMost = this.#gone.mostHits;
    for (const { cache } of this.#kept.values()) cacheHitsAtMost += mostHitsOf(cache);
    return { cacheHits: this.columns().hits, cacheHitsAtMost };
  }

  columns(): ExpertCacheColumns {
    let { hits, misses } = this.#gone;
    for (const { cache } of this.#kept.values()) {
      hits += cache.hits;
      misses += cache.misses;
    }
    const columns = { hits, misses, ...this.#tally };
    return this.prefetcher === undefined ? columns : { ...columns, prefetch: this.prefetcher.columns() };
  }

  #cacheOf(stage: number, layer: number, slots: ExpertSlots, e: number): ExpertCache {
    const key = this.#keyOf(stage, layer, e);
    const found = this.#kept.get(key);
    if (found === undefined) {
      const cache = this.#newCache(stage, layer, slots, e);
      this.#kept.set(key, { cache, slots });
      return cache;
    }
    if (found.slots !== slots) {
      const own = this.#own(layer, slots, e);
      for (let x = 0; x < slots.experts; x++) if (!own.includes(x)) found.cache.lose(x);
      const had = new Set(this.#own(layer, found.slots, e));
      for (const x of own) if (!had.has(x)) found.cache.gain(x);
      found.slots = slots;
    }
    return found.cache;
  }

  #keyOf(stage: number, layer: number, e: number): number {
    const { plan, scenario } = this.#setup;
    return (stage * scenario.model.layers + layer) * plan.expert + e;
  }

  #newCache(stage: number, layer: number, slots: ExpertSlots, e: number): ExpertCache {
    const { scenario, evictions } = this.#setup;
    const { kind, perLayer: room } = scenario.expertCache!;
    const { experts } = slots;
    const eviction = evictions === undefined ? evictionOf(kind, experts) : evictions({ layer, stage, rank: e, experts, room });
    const own = this.#own(layer, slots, e);
    return scenario.metric?.kind === "bounds"
      ? new WatchedCache(experts, room, eviction, own)
      : new ExpertCache(experts, room, eviction, own);
  }

  /** The experts of rank `e`, the most popular first. */
  #own(layer: number, { offsets, expertIn }: ExpertSlots, e: number): number[] {
    const shares = this.#setup.router?.shares?.(layer);
    const own = [...expertIn.subarray(offsets[e]!, offsets[e + 1]!)].filter((x) => x >= 0);
    if (shares !== undefined) own.sort((a, b) => shares[b]! - shares[a]! || a - b);
    return own;
  }
}

function mostHitsOf(cache: ExpertCache): number {
  return cache instanceof WatchedCache ? cache.mostHits() : 0;
}

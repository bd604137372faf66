import { nsFromSeconds } from "@tokenyard/engine";
import { ExpertCache } from "@tokenyard/model";
import { expertSlotBytes } from "@tokenyard/placement";
import type { ExpertLoad } from "@tokenyard/program";
import type { ExpertCacheColumns } from "@tokenyard/report";
import type { PoolSetup } from "../setup/setup.ts";

type Setup = Pick<PoolSetup, "scenario" | "plan" | "router">;

/**
 * What the ranks of a pool keep of their experts on the GPU, and what it takes to have the others: through a link from the host's memory, or computed on
 * the host, whichever is sooner where it may. Source: docs/models.md#offloaded-experts.
 */
export class ExpertCaches {
  readonly #setup: Setup;
  readonly #slotBytes: number;
  /** Of a row, and of an expert's weights that the host reads. */
  readonly #hostRowSeconds: number;
  readonly #hostReadSeconds: number;
  readonly #loadSeconds: number;
  /** [(stage · layers + layer) · experts' ranks + rank] */
  readonly #caches = new Map<number, ExpertCache>();
  readonly #told = { loads: 0, onHost: 0, bytes: 0, waitNs: 0 };

  constructor(setup: Setup) {
    const { scenario, plan } = setup;
    const { expertCache, model, cluster } = scenario;
    const { hiddenSize, experts } = model;
    this.#setup = setup;
    this.#slotBytes = expertSlotBytes(scenario, plan);
    this.#loadSeconds = this.#slotBytes / expertCache!.link;
    const flops = (2 * experts!.matrices * hiddenSize * experts!.hiddenSize) / plan.tensor;
    const { host } = cluster;
    this.#hostRowSeconds = host === undefined ? Number.POSITIVE_INFINITY : flops / host.compute;
    this.#hostReadSeconds = host === undefined ? Number.POSITIVE_INFINITY : this.#slotBytes / host.bandwidth;
  }

  /** The experts of `layer` that have copies in `load` are looked up on their ranks: fills in what each waits for those that are not there. */
  use(layer: number, stage: number, load: ExpertLoad): void {
    const { plan, scenario } = this.#setup;
    const { offsets, expertIn } = load.slots!;
    const { rows } = load.computed;
    if (load.missNs.length !== plan.expert) load.missNs = new Float64Array(plan.expert);
    for (let e = 0; e < plan.expert; e++) {
      const cache = this.#cacheOf((stage * scenario.model.layers + layer) * plan.expert + e, layer, load, e);
      let seconds = 0;
      let hostSeconds = 0;
      for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) {
        if (rows[slot] === 0 || cache.use(expertIn[slot]!)) continue;
        const onHost = Math.max(rows[slot]! * this.#hostRowSeconds, this.#hostReadSeconds);
        if (onHost < this.#loadSeconds) {
          hostSeconds += onHost;
          this.#told.onHost++;
        } else {
          seconds += this.#loadSeconds;
          this.#told.loads++;
          this.#told.bytes += this.#slotBytes * plan.tensor;
        }
      }
      load.missNs[e] = nsFromSeconds(Math.max(seconds, hostSeconds)); // the link and the host work side by side
      this.#told.waitNs += load.missNs[e]!;
    }
  }

  columns(): ExpertCacheColumns {
    let hits = 0;
    let misses = 0;
    for (const cache of this.#caches.values()) {
      hits += cache.hits;
      misses += cache.misses;
    }
    return { hits, misses, ...this.#told };
  }

  #cacheOf(key: number, layer: number, { slots }: ExpertLoad, e: number): ExpertCache {
    const found = this.#caches.get(key);
    if (found !== undefined) return found;
    const { kind, perLayer } = this.#setup.scenario.expertCache!;
    const { offsets, expertIn, experts } = slots!;
    const shares = this.#setup.router?.shares?.(layer);
    const own = [...expertIn.subarray(offsets[e]!, offsets[e + 1]!)].filter((x) => x >= 0);
    if (shares !== undefined) own.sort((a, b) => shares[b]! - shares[a]! || a - b);
    const cache = new ExpertCache(experts, perLayer, kind, own);
    this.#caches.set(key, cache);
    return cache;
  }
}

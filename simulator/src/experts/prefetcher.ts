import { nsFromSeconds } from "@tokenyard/engine";
import type { ExpertCache } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ExpertLoad } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";
import type { PrefetchColumns } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import { Guesses } from "./guesses.ts";
import { HostLink } from "./host-link.ts";
import type { OffloadedCosts } from "./offloaded-costs.ts";

type PrefetchSpec = NonNullable<NonNullable<Scenario["expertCache"]>["prefetch"]>;

/** Counts of misses, guessed or not. */
interface MissTally {
  loads: number;
  onHost: number;
  bytes: number;
  waitNs: number;
}

/** An expert is there when less than this is lacking: times are rounded. */
const NOTHING_NS = 1e-3;

/**
 * Guesses the experts of later layers, and loads them while nothing is missed. Waits are determined when the kernels of a layer's experts
 * are to begin on a rank. Source: docs/models/routing.md#guessed-experts.
 */
export class Prefetcher {
  readonly #depth: number;
  readonly #hitChance: number;
  readonly #plan: Plan;
  readonly #costs: OffloadedCosts;
  readonly #tally: MissTally;
  /** [stage · experts' ranks + rank] */
  readonly #links = new Map<number, HostLink>();
  /** By whom they are made for: the load of a micro-batch, or of a half. */
  readonly #guesses = new Map<ExpertLoad, Guesses>();
  readonly #ahead = { guesses: 0, right: 0, ahead: 0, bytes: 0, wastedBytes: 0 };

  constructor({ depth, hitChance }: PrefetchSpec, plan: Plan, layers: number, costs: OffloadedCosts, tally: MissTally) {
    this.#depth = Math.min(depth, layers);
    this.#hitChance = hitChance;
    this.#plan = plan;
    this.#costs = costs;
    this.#tally = tally;
  }

  /** `load` is now that of `layer`: compares it with the guesses. */
  enter(layer: number, stage: number, load: ExpertLoad, admittedNs: number): Guesses {
    let guesses = this.#guesses.get(load);
    if (guesses === undefined) {
      guesses = new Guesses(this.#depth);
      this.#guesses.set(load, guesses);
    }
    guesses.enter(layer, stage, admittedNs, load.slots!);
    return guesses;
  }

  /** Draws whether an expert that rank `e` needs had been guessed; if not, another one comes instead, which it does not need. */
  guess(guesses: Guesses, e: number, { computed, slots }: ExpertLoad, cache: ExpertCache, stream: Stream): boolean {
    const isRight = stream.next() < this.#hitChance;
    const other = stream.next(); // drawn whatever the chance
    this.#ahead.guesses++;
    if (isRight) this.#ahead.right++;
    else guesses.addWrong(e, other, computed.rows, cache, slots!);
    return isRight;
  }

  /**
   * The kernels of the experts in `load` could begin on each rank of stage number `stage` when its lane is free and it is ready: determines
   * their waits.
   */
  wait(load: ExpertLoad, stage: number, freeNs: Float64Array, readyNs: Float64Array): void {
    const { expert, tensor } = this.#plan;
    const guesses = this.#guesses.get(load)!;
    for (let e = 0; e < expert; e++) {
      let startNs = 0;
      for (let r = e * tensor; r < (e + 1) * tensor; r++) startNs = Math.max(startNs, freeNs[r]!, readyNs[r]!);
      load.missNs[e] = this.#waitOf(e, stage * expert + e, load, guesses, startNs);
      this.#tally.waitNs += load.missNs[e]!;
      guesses.begin(e, startNs + load.missNs[e]!);
    }
  }

  /** Drops the prefetches of stage number `stage`; its links are idle from now on. */
  breakOff(stage: number): void {
    for (let e = 0; e < this.#plan.expert; e++) this.#links.get(stage * this.#plan.expert + e)?.clear();
  }

  columns(): PrefetchColumns {
    return { ...this.#ahead };
  }

  #waitOf(e: number, key: number, load: ExpertLoad, guesses: Guesses, startNs: number): number {
    const link = this.#linkOf(key);
    const { loadSeconds, bytes } = this.#costs;
    const loadNs = loadSeconds * 1e9;
    const first = load.slots!.offsets[e]!;
    const guessed = guesses.guessed[e]!;
    const came = guessed === 0 ? 0 : link.fill(guesses.sinceNs(e), startNs, guessed * loadNs);
    let seconds = 0;
    let hostSeconds = 0;
    for (let i = 0; i < guessed + guesses.missed[e]!; i++) {
      const slot = i < guessed ? guesses.slots[first + i]! : guesses.misses[first + i - guessed]!;
      const cameNs = i < guessed ? Math.max(0, Math.min(loadNs, came - i * loadNs)) : 0;
      const isThere = loadNs - cameNs < NOTHING_NS;
      const cameBytes = isThere ? bytes : Math.round((cameNs / loadNs) * bytes); // sums of whole numbers do not depend on their order
      this.#ahead.bytes += cameBytes;
      const restSeconds = cameNs === 0 ? loadSeconds : (loadNs - cameNs) / 1e9;
      const onHost = slot < 0 || isThere ? Number.POSITIVE_INFINITY : this.#costs.hostSeconds(load.computed.rows[slot]!);
      if (slot < 0 || onHost < restSeconds) this.#ahead.wastedBytes += cameBytes;
      if (slot < 0) continue;
      if (isThere) this.#ahead.ahead++;
      else if (onHost < restSeconds) {
        hostSeconds += onHost;
        this.#tally.onHost++;
      } else {
        seconds += restSeconds;
        this.#tally.loads++;
        this.#tally.bytes += bytes - cameBytes;
      }
    }
    link.take(startNs, seconds * 1e9);
    return nsFromSeconds(Math.max(seconds, hostSeconds));
  }

  #linkOf(key: number): HostLink {
    const link = this.#links.get(key) ?? new HostLink();
    this.#links.set(key, link);
    return link;
  }
}

import { Lists, type Phase } from "@tokenyard/model";
import type { ExpertLoad } from "@tokenyard/program";
import { KeptFates } from "../../logs/routing/kept-fates.ts";
import type { RoutedLoad } from "../../logs/routing/routed-load.ts";
import type { WorkLog } from "../../logs/work-log.ts";

/** Where the tokens of a pass went in a layer, copied. */
class KeptLoad implements RoutedLoad {
  layer = -1;
  routed = new Float64Array(0);
  rankRows = new Float64Array(0);
  readonly fates = { rerouted: 0, dropped: 0, masked: 0 };
  capacityFactor: number | undefined;
  capacity = 0;
  version: number | undefined;
  fatesOf: KeptFates | undefined;
  missed = 0;
  own: RoutedLoad["own"];
  slots: RoutedLoad["slots"];
  tokens = new Float64Array(0);
  copies = new Float64Array(0);
  lists = new Lists(0, 0);
  sent = new Float64Array(0);
  #arrivals = new Float64Array(0);
  #arrivalLists = new Lists(0, 0);

  /** `isSent`: whether who sends how much to whom is told, too. */
  take(load: ExpertLoad, isSent: boolean): void {
    this.layer = load.layer;
    this.routed = copied(load.routed, this.routed);
    this.rankRows = copied(load.rankRows, this.rankRows);
    Object.assign(this.fates, load.fates);
    this.capacityFactor = load.capacityFactor;
    this.capacity = load.capacity;
    this.version = load.version;
    if (load.fatesOf !== undefined) this.fatesOf = (this.fatesOf ?? new KeptFates(load.routed.length)).take(load.fatesOf);
    this.missed = load.missed;
    this.own = load.own;
    this.slots = load.slots;
    if (!isSent) return;
    this.tokens = copied(load.tokens, this.tokens);
    this.copies = copied(load.copies, this.copies);
    this.lists = listed(load.lists, this.lists);
    this.sent = load.sent === load.copies ? this.copies : copied(load.sent, this.sent);
    this.#arrivals = copied(load.arrivals(), this.#arrivals);
    this.#arrivalLists = listed(load.arrivalLists(), this.#arrivalLists);
  }

  arrivals(): Float64Array {
    return this.#arrivals;
  }

  arrivalLists(): Lists {
    return this.#arrivalLists;
  }
}

/** Where the tokens of a pass went, layer by layer, until it is sure that it is none that is taken back. */
export class KeptRouting {
  readonly #loads: KeptLoad[] = [];
  #count = 0;

  /** Nothing of a pass is known yet. */
  clear(): void {
    this.#count = 0;
  }

  keep(load: ExpertLoad, isSent: boolean): void {
    this.#loads[this.#count] ??= new KeptLoad();
    this.#loads[this.#count++]!.take(load, isSent);
  }

  /** Tells `work` of it, on stage number `stage`. Returns how many copies went to experts that have no slot. */
  tell(work: WorkLog, stage: number, phase: Phase): number {
    let missed = 0;
    for (let i = 0; i < this.#count; i++) {
      const load = this.#loads[i]!;
      work.routed(stage, phase, load.layer, load);
      missed += load.missed;
    }
    this.#count = 0;
    return missed;
  }
}

function copied(from: ArrayLike<number>, into: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const column = into.length === from.length ? into : new Float64Array(from.length);
  column.set(from);
  return column;
}

function listed({ columns, lengths, places }: Lists, into: Lists): Lists {
  const lists = into.columns === columns && into.lengths.length === lengths.length ? into : new Lists(lengths.length, columns);
  lists.lengths.set(lengths);
  lists.places.set(places);
  return lists;
}

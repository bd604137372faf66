import type { FatesByExpert } from "@tokenyard/model";
import { type ExpertLoad, toGrainsOfCopies } from "@tokenyard/program";
import { CELL_BYTES, cellsOf } from "../../logs/routing/cells.ts";
import type { Look } from "../../logs/routing/crossings.ts";
import type { DrawnRouting } from "../../logs/routing/drawn-routing.ts";
import { KeptFates } from "../../logs/routing/kept-fates.ts";
import type { TrafficLog } from "../../logs/routing/traffic-log.ts";

/** Bytes of a layer beside its columns, about. */
const LAYER_BYTES = 120;

/** Numbers below have a place in two bytes: passes that come again are read from memory that is far. */
const SHORT = 1 << 16;

const NO_FATES = { rerouted: 0, dropped: 0, masked: 0 };

/** Takes down where the tokens of a pass go while its layers are drawn. */
export class DrawnNotes {
  readonly #traffic: TrafficLog | undefined;
  #count = 0;
  #layers: DrawnRouting["layers"];
  #starts: DrawnRouting["starts"];
  #routed: DrawnRouting["routed"];
  #experts = new Uint16Array(0);
  #copies = new Uint32Array(0);
  #mostCopies = 0;
  #rankRows = new Float64Array(0);
  #ranks = 0;
  #fates: DrawnRouting["fates"][number][] = [];
  #fatesOf: (FatesByExpert | undefined)[] | undefined;
  #looks: Look[] = [];
  #missed = 0;
  /** [data groups × experts' ranks] */
  #sent = new Float64Array(0);

  /** Of passes through so many `layers` with experts. */
  constructor(layers: number, traffic: TrafficLog | undefined) {
    this.#layers = new Int32Array(layers);
    this.#starts = new Int32Array(layers + 1);
    this.#routed = new Float64Array(layers);
    this.#traffic = traffic;
  }

  /** Nothing is known of the pass. */
  begin(): void {
    this.#count = 0;
    this.#fates = [];
    this.#fatesOf = undefined;
    this.#looks = [];
    this.#missed = 0;
    this.#mostCopies = 0;
    this.#sent.fill(0);
  }

  /** Its next layer with experts is that of `load`, on stage number `stage`. */
  add(stage: number, load: ExpertLoad): void {
    const { layer, routed, chosen, rankRows, fates, fatesOf } = load;
    const l = this.#count++;
    this.#makeRoom(routed.length, rankRows.length);
    let next = this.#starts[l]!;
    let sum = 0;
    let most = this.#mostCopies;
    for (let i = 0; i < chosen.lengths[0]!; i++) {
      const x = chosen.places[i]!;
      const copies = routed[x]!;
      this.#experts[next] = x;
      this.#copies[next++] = copies;
      sum += copies;
      if (copies > most) most = copies;
    }
    this.#mostCopies = most;
    this.#layers[l] = layer;
    this.#starts[l + 1] = next;
    this.#routed[l] = sum;
    for (let e = 0; e < rankRows.length; e++) this.#rankRows[l * rankRows.length + e] = rankRows[e]!;
    const { rerouted, dropped, masked } = fates;
    const isWhole = rerouted + dropped + masked === 0;
    this.#fates.push(isWhole ? NO_FATES : { rerouted, dropped, masked });
    if (fatesOf !== undefined && !isWhole) {
      this.#fatesOf ??= [];
      this.#fatesOf[l] = new KeptFates(routed.length).take(fatesOf);
    }
    this.#missed += load.missed;
    if (this.#traffic === undefined) return;
    this.#addSent(load);
    const look = this.#traffic.look(stage, load);
    if (look !== undefined) this.#looks.push(look);
  }

  /** All layers are known. */
  end(): DrawnRouting {
    const sent = cellsOf(this.#sent);
    const layers = this.#count;
    const chosen = this.#starts[layers]!;
    const ofLooks = this.#looks.reduce((sum, look) => sum + CELL_BYTES * look.copies.places.length + LAYER_BYTES, 0);
    return {
      layers: this.#layers.slice(0, layers),
      starts: this.#starts.slice(0, layers + 1),
      experts: this.#experts.slice(0, chosen),
      copies: this.#mostCopies < SHORT ? new Uint16Array(this.#copies.subarray(0, chosen)) : this.#copies.slice(0, chosen),
      routed: this.#routed.slice(0, layers),
      rankRows: this.#rankRows.slice(0, layers * this.#ranks),
      ranks: this.#ranks,
      fates: this.#fates,
      fatesOf: this.#fatesOf,
      missed: this.#missed,
      sent,
      looks: this.#looks,
      bytes: layers * (LAYER_BYTES + 8 * this.#ranks) + 6 * chosen + CELL_BYTES * sent.places.length + ofLooks,
    };
  }

  #makeRoom(experts: number, ranks: number): void {
    const layers = this.#layers.length;
    if (this.#experts.length < layers * experts) {
      this.#experts = new Uint16Array(layers * experts);
      this.#copies = new Uint32Array(layers * experts);
    }
    if (this.#ranks !== ranks) this.#rankRows = new Float64Array(layers * ranks);
    this.#ranks = ranks;
  }

  #addSent(load: ExpertLoad): void {
    const arrivals = load.arrivals();
    const { places, lengths, columns } = load.arrivalLists();
    if (this.#sent.length !== arrivals.length) this.#sent = new Float64Array(arrivals.length);
    for (let source = 0; source < lengths.length; source++) {
      const row = source * columns;
      for (let i = row, end = row + lengths[source]!; i < end; i++) {
        this.#sent[row + places[i]!]! += toGrainsOfCopies(arrivals[row + places[i]!]!);
      }
    }
  }
}

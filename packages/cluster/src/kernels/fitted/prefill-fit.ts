import type { AttentionShape } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const TILE_ROWS = 128; // queries of a work item
const NARROW_HEAD = 64;

/**
 * Attention of prompts: work items of 128 queries of a head, dealt to the multiprocessors, each against its keys; no faster than the longest
 * item, nor than the bytes. Prompts of one kernel count as equally long. Source: docs/models.md#fitted-kernels.
 */
export class PrefillFit {
  readonly launchSeconds: number;
  readonly #multiprocessors: number;
  readonly #serial: number;
  readonly #bytesPerSecond: number;
  readonly #itemFlopsPerSecond: number;
  readonly #itemSeconds: number;
  readonly #ramp: number;
  readonly #narrow: number;
  readonly #packed: boolean;

  constructor(fit: Omit<FitOf<"prefill" | "latent-prefill">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#multiprocessors = multiprocessors;
    this.#serial = fit.serial;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#itemFlopsPerSecond = (flopsPerSecond * fit.computeEfficiency) / multiprocessors;
    this.#itemSeconds = fit.item;
    this.#ramp = fit.ramp;
    this.#narrow = fit.narrow;
    this.#packed = fit.packed;
  }

  /** Seconds beside the launch; `bytes` are those of the shape. */
  seconds({ heads, kvHeads, keySize, valueSize, sequences, newTokens, contextTokens, pairs }: AttentionShape, bytes: number): number {
    const keys = pairs / newTokens; // of a query in the mean
    const prompts = Math.max(1, sequences);
    const queries = newTokens / prompts;
    const isPacked = this.#packed || queries <= 1;
    const items =
      prompts * (isPacked ? kvHeads * Math.ceil((queries * heads) / kvHeads / TILE_ROWS) : heads * Math.ceil(queries / TILE_ROWS));
    const most = Math.min(contextTokens / prompts, 2 * keys); // 2: of a whole prompt the last query sees twice the mean
    const rate = this.#itemFlopsPerSecond * (keySize <= NARROW_HEAD ? this.#narrow : 1);
    const perKey = (2 * TILE_ROWS * (keySize + valueSize)) / rate;
    const mean = (keys + (TILE_ROWS - 1) / 2 + this.#ramp) * perKey + this.#itemSeconds;
    const longest = (most + this.#ramp) * perKey + this.#itemSeconds;
    return serialSum(Math.max((items / this.#multiprocessors) * mean, longest), bytes / this.#bytesPerSecond, this.#serial);
  }
}

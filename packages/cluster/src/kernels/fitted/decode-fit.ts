import type { AttentionShape } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const TILE_ROWS = 64; // query heads that share a KV head, padded

/**
 * Attention of decoding sequences: a work item for each sequence and 64 query heads of a KV head, however short its context, beside the bytes of the cache and
 * the padded products. Source: docs/models.md#fitted-kernels.
 */
export class DecodeFit {
  readonly launchSeconds: number;
  readonly #serial: number;
  readonly #flopsPerSecond: number;
  readonly #bytesPerSecond: number;
  readonly #secondsPerItem: number;
  readonly #rampBytes: number;

  constructor(fit: Omit<FitOf<"decode" | "latent-decode">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#serial = fit.serial;
    this.#flopsPerSecond = flopsPerSecond * fit.computeEfficiency;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#secondsPerItem = fit.item / multiprocessors;
    this.#rampBytes = fit.ramp;
  }

  /** Seconds beside the launch; `bytes` are those of the shape. */
  seconds({ heads, kvHeads, keySize, valueSize, sequences, pairs }: AttentionShape, bytes: number): number {
    const tiles = kvHeads * Math.ceil(heads / kvHeads / TILE_ROWS);
    const computed = (2 * tiles * TILE_ROWS * (keySize + valueSize) * pairs) / this.#flopsPerSecond;
    const read = (bytes + this.#rampBytes) / this.#bytesPerSecond;
    const items = sequences * tiles * this.#secondsPerItem;
    return serialSum(serialSum(read, computed, this.#serial), items, this.#serial);
  }
}

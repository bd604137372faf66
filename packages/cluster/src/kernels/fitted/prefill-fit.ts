import type { AttentionShape } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const USUAL_ROWS = 128; // queries of a work item
const NARROW_HEAD = 64;
const WRITTEN_BYTES = 2; // of a key's or value's number as it comes, whatever the cache keeps

/**
 * Attention of prompts: work items of so many queries of a head, dealt to the multiprocessors, each against its keys; no faster than the longest
 * item, nor than the bytes; with the kernel before it that writes new keys and values to the cache. Prompts of one kernel count as equally long. Source: docs/models.md#fitted-kernels.
 */
export class PrefillFit {
  readonly launchSeconds: number;
  readonly #multiprocessors: number;
  readonly #serial: number;
  readonly #bytesPerSecond: number;
  readonly #itemFlopsPerSecond: number;
  /** Queries of a work item. */
  readonly #rows: number;
  readonly #itemSeconds: number;
  readonly #ramp: number;
  readonly #narrow: number;
  readonly #packed: boolean;
  /** None: the longest item is only waited for. */
  readonly #tail: number | undefined;
  /** For a byte of new keys and values in 16 bits; 0 where they cost nothing. */
  readonly #secondsPerWrittenByte: number;

  constructor(fit: Omit<FitOf<"prefill" | "latent-prefill">, "kind" | "library" | "precision" | "on">, machine: Machine) {
    const { flopsPerSecond, bytesPerSecond, multiprocessors } = machine;
    this.launchSeconds = fit.launch;
    this.#multiprocessors = multiprocessors;
    this.#serial = fit.serial;
    this.#bytesPerSecond = bytesPerSecond * fit.bandwidthEfficiency;
    this.#itemFlopsPerSecond = (flopsPerSecond * fit.computeEfficiency) / multiprocessors;
    this.#rows = fit.rows ?? USUAL_ROWS;
    this.#itemSeconds = fit.item;
    this.#ramp = fit.ramp;
    this.#narrow = fit.narrow;
    this.#packed = fit.packed;
    this.#tail = fit.tail;
    this.#secondsPerWrittenByte = fit.written === undefined ? 0 : 1 / (bytesPerSecond * fit.written);
  }

  /** Seconds beside the launch; `bytes` are those of the shape. */
  seconds(shape: AttentionShape, bytes: number): number {
    const { heads, kvHeads, keySize, valueSize, cachedSize, sequences, newTokens, contextTokens, pairs } = shape;
    const keys = pairs / newTokens; // of a query in the mean
    const prompts = Math.max(1, sequences);
    const rows = this.#rows;
    const queries = newTokens / prompts;
    const isPacked = this.#packed || queries <= 1;
    const items = prompts * (isPacked ? kvHeads * Math.ceil((queries * heads) / kvHeads / rows) : heads * Math.ceil(queries / rows));
    const most = Math.min(contextTokens / prompts, 2 * keys); // 2: of a whole prompt the last query sees twice the mean
    const rate = this.#itemFlopsPerSecond * (keySize <= NARROW_HEAD ? this.#narrow : 1);
    const perKey = (2 * rows * (keySize + valueSize)) / rate;
    const mean = (keys + (rows - 1) / 2 + this.#ramp) * perKey + this.#itemSeconds;
    const longest = (most + this.#ramp) * perKey + this.#itemSeconds;
    const dealt = (items / this.#multiprocessors) * mean;
    const computed = this.#tail === undefined ? Math.max(dealt, longest) : serialSum(dealt, longest, this.#tail);
    const written = WRITTEN_BYTES * cachedSize * kvHeads * newTokens * this.#secondsPerWrittenByte;
    return serialSum(computed, bytes / this.#bytesPerSecond, this.#serial) + written;
  }
}

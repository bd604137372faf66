import type { AttentionShape } from "@tokenyard/model";
import type { FitOf } from "@tokenyard/scenario";
import { serialSum } from "../../serial-sum.ts";
import type { Machine } from "./machine.ts";

const USUAL_ROWS = 128; // queries of a work item
const NARROW_HEAD = 64;
const WRITTEN_BYTES = 2; // of a key's or value's number as it comes, whatever the cache keeps
const BLOCK = 512; // threads at most that write a token's keys, one for each number
const MOST_PARTS = 128; // of an item's keys
const PARTIAL_BYTES = 8; // of a partial result's number: written and read in fp32

/**
 * Time of the attention of prompts: work items of a fixed number of queries of a head, dealt to the multiprocessors, each against its keys;
 * at least the longest item and the bytes; plus the kernel before it that writes new keys and values to the cache. Prompts of one kernel
 * count as equally long. Source: docs/models/kernels.md#fitted-kernels.
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
  /** Coefficient of the longest item; undefined: the longest item is a lower bound only. */
  readonly #tail: number | undefined;
  /** Seconds to add up split keys of items; undefined: keys are not split. */
  readonly #splitSeconds: number | undefined;
  /** For a byte of new keys and values in 16 bits; 0 where they cost nothing. */
  readonly #secondsPerWrittenByte: number;
  /** Seconds of a thread that writes numbers of a key. */
  readonly #secondsPerWritingThread: number;

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
    this.#splitSeconds = fit.split;
    this.#secondsPerWrittenByte = fit.written === undefined ? 0 : 1 / (bytesPerSecond * fit.written);
    this.#secondsPerWritingThread = (fit.writtenRow ?? 0) / BLOCK;
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
    const mean = (keys + (rows - 1) / 2 + keysBesideWindow(shape, prompts, rows) + this.#ramp) * perKey + this.#itemSeconds;
    const fixed = this.#ramp * perKey + this.#itemSeconds; // of each part of an item
    const computed = this.#inParts(items / this.#multiprocessors, mean, most * perKey, fixed, newTokens * heads * valueSize);
    const numbers = (cachedSize / 2) * kvHeads; // of a token's keys
    const written =
      newTokens * (2 * WRITTEN_BYTES * numbers * this.#secondsPerWrittenByte + Math.min(BLOCK, numbers) * this.#secondsPerWritingThread);
    return serialSum(computed, bytes / this.#bytesPerSecond, this.#serial) + written;
  }

  /** Seconds of `share` items a multiprocessor, each in as many parts as are fastest: the time is convex in their number. */
  #inParts(share: number, mean: number, mostKeys: number, fixed: number, results: number): number {
    let least = this.#together(share * mean, mostKeys + fixed);
    if (this.#splitSeconds === undefined) return least;
    const perPart = (PARTIAL_BYTES * results) / this.#bytesPerSecond;
    let last = Number.POSITIVE_INFINITY;
    for (let parts = 2; parts <= MOST_PARTS; parts++) {
      const split = this.#together(share * (mean + (parts - 1) * fixed), mostKeys / parts + fixed);
      const seconds = split + this.#splitSeconds + parts * perPart;
      if (seconds >= last) break;
      least = Math.min(least, seconds);
      last = seconds;
    }
    return least;
  }

  #together(dealt: number, longest: number): number {
    return this.#tail === undefined ? Math.max(dealt, longest) : serialSum(dealt, longest, this.#tail);
  }
}

/**
 * Keys of an item's mean query that only the windows of its first queries contain: half an item's rows where a window cuts the keys of all
 * of them, and never more than it cuts.
 */
function keysBesideWindow({ newTokens, cutPairs = 0 }: AttentionShape, prompts: number, rows: number): number {
  if (cutPairs <= 0) return 0;
  const cut = cutPairs / prompts;
  const queries = newTokens / prompts;
  const cutQueries = Math.min(queries, (Math.sqrt(8 * cut + 1) - 1) / 2); // the first of them loses one key, each after it one more
  return Math.min(cut, (cutQueries * (rows - 1)) / 2) / queries;
}

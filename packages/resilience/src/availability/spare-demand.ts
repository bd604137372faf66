/** Failures of one size: GPUs of each, and the mean number in repair at once. */
export interface DemandBatch {
  readonly gpus: number;
  readonly mean: number;
}

const DEVIATIONS = 12;
const RESCALE_ABOVE = 1e200;

/**
 * GPUs in repair at once (N), as failures of several sizes arrive, beyond `spares` that replace any of them. A GPU of `gpus` that is missing does not
 * fail again, so fewer fail while some wait. Leaves out that a batch waits until all of its GPUs are free. Source: docs/models/availability.md#availability.
 */
export class SpareDemand {
  /** [n] P(N = n) for all n that matter. */
  readonly #probabilities: readonly number[];
  readonly #spares: number;
  readonly #meanGpus: number;
  readonly #gpusPerFailure: number;

  constructor(spares: number, gpus: number, batches: readonly DemandBatch[]) {
    const present = batches.filter(({ mean }) => mean > 0);
    this.#spares = spares;
    const failures = present.reduce((sum, { mean }) => sum + mean, 0);
    this.#gpusPerFailure = present.length === 0 ? 1 : present.reduce((sum, each) => sum + each.gpus * each.mean, 0) / failures;
    this.#probabilities = inRepair(present, (n) => 1 - Math.min(1, Math.max(0, n - spares) / gpus));
    this.#meanGpus = this.#probabilities.reduce((sum, probability, n) => sum + probability * n, 0);
  }

  /** Share of the time in repair for which GPUs are missing: E[(N − spares)⁺] / E[N], as the next GPU back goes to the replica that waits. */
  get missedShare(): number {
    if (this.#spares === 0) return 1;
    return this.#meanGpus === 0 ? 0 : this.#mean((missing) => missing) / this.#meanGpus;
  }

  /** [x] P(x failures wait), where x is the number of missing GPUs over those of a failure in the mean, rounded up. */
  get waiting(): number[] {
    const waiting: number[] = [];
    for (const [n, probability] of this.#probabilities.entries()) {
      const failures = Math.ceil(Math.max(0, n - this.#spares) / this.#gpusPerFailure);
      waiting[failures] = (waiting[failures] ?? 0) + probability;
    }
    return Array.from(waiting, (probability) => probability ?? 0);
  }

  #mean(of: (missing: number) => number): number {
    return this.#probabilities.reduce((sum, probability, n) => sum + probability * of(Math.max(0, n - this.#spares)), 0);
  }
}

/** [k] P(k of `replicas` wait), as waiting failures are each equally likely in any of them. `waiting` is [x] P(x failures wait). */
export function waitingReplicas(waiting: readonly number[], replicas: number): Float64Array {
  const all = new Float64Array(replicas + 1);
  let occupied = new Float64Array(replicas + 1); // [k] P(x failures are in k replicas)
  occupied[0] = 1;
  for (const probability of waiting) {
    for (const [k, chance] of occupied.entries()) all[k]! += probability * chance;
    occupied = occupied.map((chance, k) => (chance * k) / replicas + (k === 0 ? 0 : occupied[k - 1]! * (1 - (k - 1) / replicas)));
  }
  return all;
}

/**
 * Effect of waits on replicas: the chance that a certain one does not wait, and that each waits or is down for another reason, which leaves it up for
 * `recovered` of the time. `occupied` is [k] P(k replicas wait).
 */
export function shareOfWaits(occupied: Float64Array, recovered: number): { readonly one: number; readonly none: number } {
  const replicas = occupied.length - 1;
  let [one, none, down] = [0, 0, 1];
  for (let k = replicas; k >= 0; k--) {
    one += occupied[k]! * (1 - k / replicas);
    none += occupied[k]! * down;
    down *= 1 - recovered; // all replicas without a wait
  }
  return { one, none };
}

/**
 * [n] P(N = n), as n · P(n) = Σ size · mean · share(n − size) · P(n − size): Panjer's recursion where all GPUs may fail (`share` is 1), a birth-death process where
 * failures take one GPU each. The times of repairs matter by their mean alone. Reaches 12 deviations beyond the mean.
 */
function inRepair(batches: readonly DemandBatch[], share: (n: number) => number): number[] {
  const mean = batches.reduce((sum, batch) => sum + batch.gpus * batch.mean, 0);
  const variance = batches.reduce((sum, batch) => sum + batch.gpus * batch.gpus * batch.mean, 0);
  const largest = batches.reduce((most, { gpus }) => Math.max(most, gpus), 1);
  const last = Math.ceil(mean + DEVIATIONS * (Math.sqrt(variance) + DEVIATIONS * largest));
  const weights = [1];
  for (let n = 1; n <= last; n++) {
    let weight = 0;
    for (const batch of batches) if (batch.gpus <= n) weight += batch.gpus * batch.mean * share(n - batch.gpus) * weights[n - batch.gpus]!;
    weights.push(weight / n);
    if (weight / n > RESCALE_ABOVE) for (let i = 0; i <= n; i++) weights[i]! /= RESCALE_ABOVE;
  }
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/** A pool in the long run: its replicas, which fail apart, and how many of them wait for GPUs. */
export interface LongRun {
  readonly replicas: number;
  /** Data groups of a replica. */
  readonly groups: number;
  /** Share of the time in which a replica is past detection and recovery, and in which one of its groups is not missing. */
  readonly recovered: number;
  readonly present: number;
  /** Shares of its speed that a replica has, each with its chance. */
  readonly paces: readonly { readonly speed: number; readonly chance: number }[];
  /** [k] P(k replicas wait for a GPU) */
  readonly occupied: ArrayLike<number>;
}

/** Most cells of a distribution, unless the groups are more. */
const MOST_CELLS = 2048;
const NEGLIGIBLE = 1e-18;

/**
 * Chances of a pool's capacity: [i] P(share = i / (length − 1)). Shares between two cells go to both, with the same mean. Replicas and data groups fail apart: leaves
 * out failures of several groups at once.
 */
export function capacityShares(pool: LongRun): Float64Array {
  const { replicas, recovered, occupied } = pool;
  const one = replicaShares(pool).map((chance) => chance * recovered);
  one[0]! += 1 - recovered;
  const cells = one.length - 1;
  const all = new Float64Array(replicas * cells + 1);
  let up = Float64Array.of(1); // of the replicas that do not wait
  for (let free = 0; free <= replicas; free++) {
    const chance = occupied[replicas - free] ?? 0;
    if (chance > 0) for (const [i, share] of up.entries()) all[i]! += chance * share;
    if (free < replicas) up = sumOf(up, one);
  }
  return all;
}

/** The mean of the least of two independent shares: the integral of P(first > t) · P(second > t). */
export function meanOfLeast(first: Float64Array, second: Float64Array): number {
  const [m, n] = [first.length - 1, second.length - 1];
  let [i, j, at, mean] = [0, 0, 0, 0];
  let [above, beyond] = [1 - first[0]!, 1 - second[0]!];
  while (i < m && j < n) {
    const next = Math.min((i + 1) / m, (j + 1) / n);
    mean += (next - at) * above * beyond;
    at = next;
    if ((i + 1) / m <= next) above -= first[++i]!;
    if ((j + 1) / n <= next) beyond -= second[++j]!;
  }
  return mean;
}

/** The same chances of one replica that is up. */
function replicaShares({ replicas, groups, present, paces }: LongRun): Float64Array {
  const isPaced = paces.some(({ speed }) => speed < 1);
  const cells = isPaced ? groups * Math.max(1, Math.floor(MOST_CELLS / (replicas * groups))) : groups;
  const shares = new Float64Array(cells + 1);
  let left = Float64Array.of(1); // of the groups
  for (let group = 0; group < groups; group++) left = sumOf(left, Float64Array.of(1 - present, present));
  for (const [group, ofGroups] of left.entries())
    for (const { speed, chance } of paces) {
      const at = (cells * group * speed) / groups;
      const below = Math.min(cells - 1, Math.floor(at));
      shares[below]! += ofGroups * chance * (below + 1 - at);
      shares[below + 1]! += ofGroups * chance * (at - below);
    }
  return shares;
}

/** The chances of a sum of two shares. */
function sumOf(first: Float64Array, second: Float64Array): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(first.length + second.length - 1);
  for (const [j, chance] of second.entries()) {
    if (chance < NEGLIGIBLE) continue;
    for (let i = 0; i < first.length; i++) sum[i + j]! += first[i]! * chance;
  }
  return sum;
}

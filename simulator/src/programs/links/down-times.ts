/** Times in which links are down: [from, to, from, to …], rising, none touching the next. */
export type DownTimes = Float64Array;

/** Union of all `times`. */
export function joined(times: readonly (DownTimes | undefined)[]): DownTimes | undefined {
  const all = times.flatMap((each) => pairsOf(each));
  if (all.length === 0) return undefined;
  all.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const out: [number, number][] = [];
  for (const [from, to] of all) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return Float64Array.from(out.flat());
}

function pairsOf(times: DownTimes | undefined): [number, number][] {
  return Array.from({ length: (times?.length ?? 0) / 2 }, (_, i) => [times![2 * i]!, times![2 * i + 1]!]);
}

/** End of work from `startNs` to `endNs` that stops while links are down. */
export function endAfter(times: DownTimes, startNs: number, endNs: number): number {
  if (endNs === startNs) return endNs; // nothing is sent
  let end = endNs;
  for (let at = 0; at < times.length; at += 2) {
    const from = times[at]!;
    const to = times[at + 1]!;
    if (to <= startNs) continue;
    if (from >= end) break;
    end += to - Math.max(from, startNs);
  }
  return end;
}

import type { Account, Seen, Span } from "./account.ts";
import type { Cause } from "./failure.ts";

/** Serving time of a plan, of whose pools each request needs all. */
export interface PlanAccount
  extends Pick<
    Account,
    "servingNs" | "wholeNs" | "degradedNs" | "capacityNs" | "outages" | "downNs" | "longestNs" | "failed" | "refused" | "delayed"
  > {
  readonly seen: ReadonlyMap<Cause, Seen>;
}

/**
 * The account of a plan of `pools` over the same time, to whom `perSecond` requests come: it serves while all pools do, at the smallest of their shares. Leaves out
 * that a request lost in one pool reaches no other.
 */
export function planAccount(pools: readonly Account[], perSecond: number): PlanAccount {
  if (pools.length === 1) return pools[0]!;
  const sum = (of: (pool: Account) => number) => pools.reduce((total, pool) => total + of(pool), 0);
  const total = { servingNs: 0, wholeNs: 0, degradedNs: 0, capacityNs: 0, refused: 0, delayed: sum(({ late }) => late) };
  for (const { ns, spans } of commonSpans(pools)) {
    if (spans.every(({ isServing }) => isServing)) total.servingNs += ns;
    if (spans.every(({ isWhole }) => isWhole)) total.wholeNs += ns;
    if (spans.some(({ isDegraded }) => isDegraded)) total.degradedNs += ns;
    total.capacityNs += ns * Math.min(...spans.map(({ share }) => share));
    if (spans.every(({ isOpen }) => isOpen)) continue;
    const isRefused = spans.some(({ isOpen }, i) => !isOpen && pools[i]!.refuses);
    total[isRefused ? "refused" : "delayed"] += perSecond * ns * 1e-9;
  }
  return {
    ...total,
    outages: sum(({ outages }) => outages),
    downNs: sum(({ downNs }) => downNs),
    longestNs: Math.max(...pools.map(({ longestNs }) => longestNs)),
    failed: sum(({ failed }) => failed),
    seen: seenBy(pools),
  };
}

/** Times in which no pool changes, one after the other, each with the span of every pool. */
function* commonSpans(pools: readonly Account[]): Generator<{ readonly ns: number; readonly spans: readonly Span[] }> {
  const at = pools.map(() => 0);
  let nowNs = 0;
  while (pools.every(({ spans }, i) => at[i]! < spans.length)) {
    const spans = pools.map((pool, i) => pool.spans[at[i]!]!);
    const untilNs = Math.min(...spans.map((span) => span.untilNs));
    yield { ns: untilNs - nowNs, spans };
    nowNs = untilNs;
    for (const [i, span] of spans.entries()) if (span.untilNs === untilNs) at[i]!++;
  }
}

function seenBy(pools: readonly Account[]): Map<Cause, Seen> {
  const all = new Map<Cause, Seen>();
  for (const [cause, { struck, known, seconds, by }] of pools.flatMap(({ seen }) => [...seen])) {
    const one = all.get(cause) ?? { struck: 0, known: 0, seconds: 0, by: new Map<string, number>() };
    one.struck += struck;
    one.known += known;
    one.seconds += seconds;
    for (const [detector, count] of by) one.by.set(detector, (one.by.get(detector) ?? 0) + count);
    all.set(cause, one);
  }
  return all;
}

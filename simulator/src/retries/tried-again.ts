import type { PoolContext } from "../pools/pool-context.ts";
import type { Retries } from "./retries.ts";

/** Reports of pool number `pool` to clients that retry, which exist before any event. */
export function triedAgain(pool: number, retries: () => Retries): Pick<PoolContext, "triesAgain" | "wastes" | "answered"> {
  const numberOf = (replica: number) => (replica < 0 ? replica : retries().firstOf(pool) + replica);
  return {
    triesAgain: (slot, ending, replica, nowNs) => retries().triesAgain(slot, ending, numberOf(replica), nowNs),
    wastes: (slot, cachedTokens, outputTokens, nowNs) => retries().wastes(slot, cachedTokens, outputTokens, nowNs),
    answered: (slot, replica, nowNs) => retries().answered(slot, numberOf(replica), nowNs),
  };
}

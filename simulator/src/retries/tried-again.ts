import type { Outside } from "../pools/surroundings.ts";
import type { Retries } from "./retries.ts";

/** What a pool tells those who try again, who are there before anything happens. */
export function triedAgain(retries: () => Retries): Pick<Outside, "triesAgain" | "wastes" | "answered"> {
  return {
    triesAgain: (slot, ending, replica, nowNs) => retries().triesAgain(slot, ending, replica, nowNs),
    wastes: (slot, cachedTokens, outputTokens, nowNs) => retries().wastes(slot, cachedTokens, outputTokens, nowNs),
    answered: (slot, replica, nowNs) => retries().answered(slot, replica, nowNs),
  };
}

import { rule } from "./language/rule.ts";

interface Cached {
  scheduler?: { kind?: string };
  balancer?: { replicas?: { kind?: string }; dataGroups?: { kind?: string } } | undefined;
  kv?: { prefixCache?: boolean | undefined; hostTier?: object | undefined; states?: { kind?: string } | undefined } | undefined;
}

/** Rules for keys that matter only if blocks are kept for others. */
export const cacheRules = [
  rule<Cached>(
    ["kv", "prefixCache"],
    ({ scheduler, kv }) => scheduler?.kind === "static" && kv?.prefixCache === true,
    () => "false, or another scheduler: continuous, prefill-first or cadence",
  ),
  rule<Cached>(
    ["kv", "hostTier"],
    ({ kv }) => kv?.hostTier !== undefined && kv.prefixCache !== true,
    () => "prefixCache: true beside it",
  ),
  rule<Cached>(
    ["kv", "states"],
    ({ kv }) => kv?.states?.kind === "reserved" && kv.prefixCache === true,
    () => "paged or slots, where states can be kept, or prefixCache: false",
  ),
  ...(["replicas", "dataGroups"] as const).map((place) =>
    rule<Cached>(
      ["balancer", place],
      ({ balancer, kv }) => balancer?.[place]?.kind === "prefix-aware" && kv?.prefixCache !== true,
      () => "another balancer, or kv: { prefixCache: true }",
    ),
  ),
];

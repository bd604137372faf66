import { counter, gauge, histogram, REPLICA } from "./described.ts";

/** Caches that move: around the millisecond of a short prompt on a fast link. */
const MOVE_BOUNDS = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Metrics of caches: blocks, hits, moves and copies. */
export const CACHE_FAMILIES = [
  gauge("kvUse", "kv_use", REPLICA, "blocks of the cache that sequences hold over all of the replica", "ratio"),
  counter("lostTokens", "preempted_tokens", REPLICA, "cached tokens that preemptions took from their sequences"),
  counter("regainedTokens", "regained_tokens", REPLICA, "those of them that the prefix cache still had"),
  counter("soughtTokens", "prefix_cache_queries", REPLICA, "tokens of prompts that were looked for in the prefix cache"),
  counter("hitTokens", "prefix_cache_hits", REPLICA, "those of them that were found"),
  gauge("hitShare", "prefix_cache_hit", REPLICA, "tokens found since the last sample over those that were looked for", "ratio"),
  counter("prefixHits", "prefix_cache_hit_requests", REPLICA, "requests that found any block"),
  gauge("prefixBlocks", "prefix_cache_blocks", REPLICA, "blocks that are kept, held or not"),
  counter("evictions", "prefix_cache_evictions", REPLICA, "kept blocks that gave way"),
  counter("hostHitTokens", "host_cache_hits", REPLICA, "tokens of prompts that were loaded from the host"),
  gauge("hostBlocks", "host_cache_blocks", REPLICA, "blocks in the memory of the host"),
  counter("hostEvictions", "host_cache_evictions", REPLICA, "blocks that gave way there"),
  counter("hostLoads", "host_cache_loads", REPLICA, "loads from the host"),
  counter("hostLoadTime", "host_cache_load", REPLICA, "from the start of each load to its end, added up", "seconds"),
  counter("transfers", "transfers", [], "caches that have moved from the pool of prompts to that which decodes"),
  counter("transferBytes", "transfer", [], "of caches that have moved", "bytes"),
  gauge("transfersWaiting", "transfers_waiting", [], "caches of requests with a first token that wait to be moved"),
  gauge("transfersMoving", "transfers_moving", [], "caches of requests with a first token that are being moved"),
  histogram("transferTime", "transfer_time", [], "what of a move came after the prompt was computed", MOVE_BOUNDS),
  histogram("transferWait", "transfer_wait", [], "from the first token to the begin of that", MOVE_BOUNDS),
  counter("checkpointTokens", "checkpoint_tokens", REPLICA, "copied tokens of sequences that have left, in whole checkpoints"),
  counter("checkpointBytes", "checkpoint", REPLICA, "of these", "bytes"),
  counter("restores", "restores", [], "requests that went on from copies of their caches"),
  counter("restoredTokens", "restored_tokens", [], "tokens that these loaded"),
  counter("restoreTime", "restore", [], "from when there was room for each load to its end, added up", "seconds"),
] as const;

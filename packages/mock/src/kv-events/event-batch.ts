import { encode } from "@msgpack/msgpack";
import type { BlockEvent } from "./block-events.ts";

const MEDIUM = "GPU";

/**
 * Events of data-parallel rank `rank` at `atSeconds` since 1970 as msgpack, in the form of vLLM's KVEventBatch: an array of the time, the events and the rank; of
 * each event its name and its fields in order. Source: vllm/distributed/kv_events.py.
 */
export function eventBatch(atSeconds: number, events: readonly BlockEvent[], rank: number, blockTokens: number): Uint8Array {
  const rows = events.map((event) =>
    event.kind === "stored"
      ? ["BlockStored", event.hashes, event.parent, event.tokens, blockTokens, null, MEDIUM, null]
      : ["BlockRemoved", event.hashes, MEDIUM],
  );
  return encode([atSeconds, rows, rank], { useBigInt64: true });
}

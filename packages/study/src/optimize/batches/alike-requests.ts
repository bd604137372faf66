import type { Requests } from "@tokenyard/serving";

/** Requests of as many prompt and output tokens, which are alike. */
export interface AlikeRequests {
  /** [requests] those with one number are alike. */
  readonly of: Float64Array;
  /** [requests] 1: none is like it. */
  readonly isAlone: Uint8Array;
}

const known = new WeakMap<Requests, AlikeRequests>();

export function alikeRequests(requests: Requests): AlikeRequests {
  const grouped = known.get(requests);
  if (grouped !== undefined) return grouped;
  const kinds = new Map<string, number>();
  const of = Float64Array.from({ length: requests.count }, (_, request) => {
    const lengths = `${requests.promptTokens[request]}:${requests.outputTokens[request]}`;
    const kind = kinds.get(lengths) ?? kinds.size;
    kinds.set(lengths, kind);
    return kind;
  });
  const counts = new Float64Array(kinds.size);
  for (const kind of of) counts[kind]!++;
  const made = { of, isAlone: Uint8Array.from(of, (kind) => (counts[kind] === 1 ? 1 : 0)) };
  known.set(requests, made);
  return made;
}

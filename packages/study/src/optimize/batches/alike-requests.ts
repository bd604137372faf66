import type { Requests } from "@tokenyard/serving";

/** Requests with equal numbers of prompt and output tokens. */
export interface AlikeRequests {
  /** [requests] number of each request's group of equal requests */
  readonly of: Float64Array;
  /** [requests] 1 if no other request is like it */
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

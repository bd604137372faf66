import type { TokenRouter } from "./token-router.ts";

/** `router`, of which every answer is checked: a source's copies add up to tokens · `topK`, and none of its `experts` gets more than its tokens. Throws otherwise. */
export function checkedRouter(router: TokenRouter, experts: number, topK: number): TokenRouter {
  return {
    kind: router.kind,
    draws: router.draws,
    ...(router.advance === undefined ? {} : { advance: (nowNs) => router.advance!(nowNs) }),
    ...(router.begin === undefined ? {} : { begin: (pass) => router.begin!(pass) }),
    ...(router.shares === undefined ? {} : { shares: (layer) => router.shares!(layer) }),
    ...(router.spread === undefined ? {} : { spread: (layer, places) => router.spread!(layer, places) }),
    route(layer, tokens, stream, out, visits, lists) {
      router.route(layer, tokens, stream, out, visits, lists);
      for (let source = 0; source < tokens.length; source++) check(router.kind, layer, source, tokens[source]!, out, experts, topK);
    },
  };
}

function check(kind: string, layer: number, source: number, tokens: number, out: Float64Array, experts: number, topK: number): void {
  let copies = 0;
  for (let e = 0; e < experts; e++) {
    const count = out[source * experts + e]!;
    if (!(count >= 0 && count <= tokens))
      throw new Error(
        `router ${kind}: expert ${e} of layer ${layer} gets ${count} copies of the ${tokens} tokens of source ${source}; wanted 0 to ${tokens}`,
      );
    copies += count;
  }
  const wanted = tokens * topK;
  if (Math.abs(copies - wanted) > 1e-6 * Math.max(1, wanted))
    throw new Error(
      `router ${kind}: ${copies} copies of the ${tokens} tokens of source ${source} in layer ${layer}; wanted ${wanted}, topK ${topK} of each`,
    );
}

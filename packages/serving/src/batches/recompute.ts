import { attendedPairs, createDecoding, type Pass, reprojectedTokens } from "@tokenyard/model";
import type { ServingContext } from "../scheduler.ts";
import type { LostCaches } from "./lost-caches.ts";

/** A pass whose sequences are known one by one. */
interface Steps extends Pass {
  readonly dataGroupOf: Int32Array;
  unfinished(): readonly number[];
}

/** The columns of `pass` become those of a step in which each sequence yields a token: those that `lost` has from all of their context behind a copy, the others from one more token. */
export function recompute(pass: Steps, lost: LostCaches, context: ServingContext): void {
  const { requests, dataGroups, window, attentionChunk = Number.POSITIVE_INFINITY } = context;
  const column = () => new Float64Array(dataGroups);
  const [newTokens, pairs, seen, seenPairs] = [column(), column(), column(), column()];
  const again = attentionChunk === Number.POSITIVE_INFINITY ? undefined : column();
  const decoding = createDecoding(dataGroups);
  let decodes = false;
  for (const request of pass.unfinished()) {
    const group = pass.dataGroupOf[request]!;
    const tokens = requests.promptTokens[request]! + pass.index;
    const isLost = lost.has(request);
    const past = isLost ? lost.pastOf(request) : tokens - 1;
    newTokens[group]! += tokens - past;
    pairs[group]! += attendedPairs(past, tokens - past, Number.POSITIVE_INFINITY);
    seen[group]! += Math.min(tokens, tokens - past + window - 1);
    seenPairs[group]! += attendedPairs(past, tokens - past, window);
    if (isLost) {
      if (again !== undefined) again[group]! += reprojectedTokens(tokens - past, attentionChunk);
      continue;
    }
    decodes = true;
    decoding.sequences[group]! += 1;
    decoding.contextTokens[group]! += tokens;
    decoding.windowedContextTokens[group]! += Math.min(tokens, window);
  }
  pass.phase = 0;
  pass.newTokens = newTokens;
  pass.rows = newTokens;
  pass.pairs = pairs;
  pass.windowedContextTokens = seen;
  pass.windowedPairs = seenPairs;
  pass.reprojectedTokens = again;
  pass.decoding = decodes ? decoding : undefined;
}

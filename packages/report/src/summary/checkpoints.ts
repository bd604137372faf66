import type { Recording } from "../recording/recording.ts";
import type { CheckpointsReport } from "../schema/checkpoints-schema.ts";
import { ratio } from "../statistics/ratio.ts";

/** Copies of caches, and their savings; empty if there are none. */
export function checkpointsOf({ checkpoints, horizonNs }: Recording): { checkpoints?: CheckpointsReport } {
  if (checkpoints === undefined) return {};
  const { copiedTokens, copiedBytes, busiestLinkNs, restored } = checkpoints;
  const { requests, tokens, ns } = restored;
  return {
    checkpoints: {
      copiedTokens,
      copiedBytes,
      busiestLinkShare: ratio(busiestLinkNs, horizonNs),
      restored: { requests, tokens, meanSeconds: ratio(ns / 1e9, requests) },
    },
  };
}

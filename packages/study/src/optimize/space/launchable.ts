import type { Choice } from "./choice.ts";

/**
 * Whether an engine that serves a load can be started with a plan: no engine gives each layer ranks of its own, and two-batch overlap needs experts that
 * copies travel to (vLLM's `--enable-dbo`, SGLang's `--enable-two-batch-overlap`: docs/optimize.md#what-is-chosen-among).
 */
export function isLaunchable({ layers, overlap, expert, tensor, attentionTensor }: Choice): boolean {
  if (layers === "own-ranks") return false;
  return overlap === "none" || (expert > 1 && attentionTensor < expert * tensor);
}

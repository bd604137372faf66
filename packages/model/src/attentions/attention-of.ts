import type { ModelSpec } from "@tokenyard/scenario";
import type { Attention } from "./attention.ts";
import { GroupedQueryAttention } from "./grouped-query.ts";
import { LatentAttention } from "./latent.ts";

export function attentionOf({ hiddenSize, attention }: Pick<ModelSpec, "hiddenSize" | "attention">): Attention {
  return attention.kind === "latent" ? new LatentAttention(hiddenSize, attention) : new GroupedQueryAttention(hiddenSize, attention);
}

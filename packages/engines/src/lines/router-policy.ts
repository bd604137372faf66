import type { Launched } from "../instance.ts";
import type { Word } from "../shell/expand.ts";

/** How vLLM's or SGLang's router, if `words` launch one, shares requests. */
export function routerPolicy(words: readonly Word[]): Launched["balancer"] {
  const texts = words.map((each) => ("word" in each ? each.word : ""));
  if (!texts.some((word) => /(?:^|\/)vllm-router$|^sglang_router\.launch_router$/.test(word))) return undefined;
  const at = texts.findIndex((word) => /^--policy(?:=|$)/.test(word));
  const policy = at < 0 ? undefined : (texts[at]!.split("=")[1] ?? texts[at + 1]);
  return POLICIES[policy ?? ""];
}

/** By the names of vLLM's and SGLang's routers, and of Dynamo's `router-mode`. */
export const POLICIES: Readonly<Record<string, Launched["balancer"]>> = {
  round_robin: "round-robin",
  random: "random",
  power_of_two: "two-choices",
  cache_aware: "prefix-aware",
  "round-robin": "round-robin",
  kv: "prefix-aware",
};

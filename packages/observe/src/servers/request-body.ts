import type { Api } from "../answers/chunk.ts";
import type { Abilities } from "./abilities.ts";

/** What was said so far in a chat: what is asked, then an answer, in turn. */
export type Said = readonly string[];

export interface BodyOrder {
  readonly api: Api;
  readonly model: string;
  /** Ids of tokens, or text; in a chat what was said so far. */
  readonly prompt: readonly number[] | string | Said;
  readonly outputTokens: number;
  readonly abilities: Omit<Abilities, "usage">;
}

/** The body of a request, as text. */
export function requestBody({ api, model, prompt, outputTokens, abilities }: BodyOrder): string {
  const { fixedOutputs, counts } = abilities;
  const asked =
    api === "completions"
      ? { prompt }
      : { messages: [prompt].flat().map((content, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content })) };
  return JSON.stringify({
    model,
    ...asked,
    max_tokens: outputTokens,
    ...(fixedOutputs ? { min_tokens: outputTokens, ignore_eos: true } : {}),
    temperature: 1,
    stream: true,
    stream_options: { include_usage: true, ...(counts ? { continuous_usage_stats: true } : {}) },
    ...(counts && api === "completions" ? { return_token_ids: true } : {}),
  });
}

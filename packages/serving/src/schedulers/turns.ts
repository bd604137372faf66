import type { Turns } from "../continuous/data-group.ts";

/** Prompts and decodes in every pass. */
export const MIXED: Turns = { promptsAlone: false, withoutPrompts: () => 0 };

/** A prompt stops the decodes of its data group. */
export const PROMPTS_ALONE: Turns = { promptsAlone: true, withoutPrompts: () => 0 };

/** Prompts in every `every`-th pass only, as long as there is something to decode. */
export function everyFewPasses(every: number): Turns {
  return { promptsAlone: false, withoutPrompts: (pass) => (pass % every === 0 ? 0 : every - (pass % every)) };
}

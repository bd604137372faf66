import { attendedPairs, type Pass, reprojectedTokens } from "@tokenyard/model";
import type { ServingContext } from "../scheduler.ts";

/** A pass whose sequences are known one by one. */
interface Prompts extends Pass {
  readonly members: Int32Array;
  readonly dataGroupOf: Int32Array;
}

/** Leaves `pass` without a sequence. */
export function clear(pass: Pass): void {
  const column = () => new Float64Array(pass.sequences.length);
  pass.sequences = column();
  pass.contextTokens = column();
  pass.pairs = column();
  pass.windowedPairs = column();
  pass.reprojectedTokens = column();
}

/** The columns of `pass`, which has no sequence, become those of all prompts of its members. */
export function formPrompts(pass: Prompts, { requests, window, attentionChunk = Number.POSITIVE_INFINITY }: ServingContext): void {
  pass.decoding = undefined; // all of a pass are of its phase
  if (attentionChunk === Number.POSITIVE_INFINITY) pass.reprojectedTokens = undefined;
  for (const request of pass.members) {
    const group = pass.dataGroupOf[request]!;
    const prompt = requests.promptTokens[request]!;
    pass.sequences[group]! += 1;
    pass.contextTokens[group]! += prompt;
    pass.pairs[group]! += (prompt * (prompt + 1)) / 2;
    pass.windowedPairs[group]! += attendedPairs(0, prompt, window);
    if (pass.reprojectedTokens !== undefined) pass.reprojectedTokens[group]! += reprojectedTokens(prompt, attentionChunk);
  }
  pass.newTokens = pass.contextTokens; // nothing is cached yet
  pass.rows = pass.newTokens;
  pass.windowedContextTokens = pass.contextTokens; // so all that is read is new
  pass.outputs = pass.sequences; // each sequence yields one token in each pass
}

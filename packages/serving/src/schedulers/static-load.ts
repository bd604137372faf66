import type { MicroBatch } from "../batches/micro-batch.ts";
import type { Load, ServingContext } from "../scheduler.ts";

/**
 * Memory load of a static batch, from `microBatches` that have not run yet. All of a replica's micro-batches are under way at once, and a
 * sequence reserves prompt + output − 1 cached tokens from start to end (its last token is never cached). No pass has more new tokens than
 * the prefill of its micro-batch, but short prompts may have fewer than the rows of a captured decode.
 */
export function staticLoad(context: ServingContext, microBatches: readonly MicroBatch[]): Load {
  const { requests, replicas, dataGroups, window, batchSizes, checkpoints } = context;
  const copies = checkpoints?.copies ?? 1;
  const kvTokens = new Float64Array(replicas * dataGroups);
  const windowedKvTokens = new Float64Array(replicas * dataGroups);
  const microBatchesOf = new Float64Array(replicas);
  let passTokens = 0;
  let passTotalTokens = 0;
  let passSequences = 0;
  let decodeTokens = 0;
  let decodePasses = 0;
  for (const microBatch of microBatches) {
    const { replica, newTokens, sequences, members } = microBatch;
    let tokens = 0;
    let decodeRows = 0;
    for (let group = 0; group < dataGroups; group++) {
      tokens += newTokens[group]!;
      const rows = batchSizes?.mostRows(sequences[group]!) ?? 0; // once all decode
      decodeRows += rows;
      passTokens = Math.max(passTokens, newTokens[group]!, rows);
      passSequences = Math.max(passSequences, sequences[group]!);
    }
    passTotalTokens = Math.max(passTotalTokens, tokens, decodeRows);
    microBatchesOf[replica]! += 1;
    let longest = 0;
    for (const request of members) {
      const output = requests.outputTokens[request]!;
      const cached = requests.promptTokens[request]! + output - 1;
      const at = replica * dataGroups + microBatch.dataGroupOf[request]!;
      kvTokens[at]! += copies * cached;
      windowedKvTokens[at]! += copies * Math.min(cached, window);
      decodeTokens += output - 1;
      longest = Math.max(longest, output);
    }
    decodePasses += longest - 1;
  }
  const mostMicroBatches = microBatchesOf.reduce((most, count) => Math.max(most, count), 0);
  return {
    kvTokens,
    windowedKvTokens,
    passTokens,
    passTotalTokens,
    passSequences,
    pooled: false,
    emptyDataGroups: kvTokens.reduce((empty, tokens) => empty + (tokens === 0 ? 1 : 0), 0),
    heldSequences: passSequences * mostMicroBatches * copies,
    microBatches: mostMicroBatches,
    decodeTokens: decodePasses === 0 ? 0 : decodeTokens / decodePasses,
  };
}

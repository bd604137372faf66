import type { MemoryLoad } from "@tokenyard/program";
import type { Dealing } from "./pass-columns.ts";

/** Memory load of `microBatches`, the sequences of each, by the scheduler's rule: a sequence reserves prompt + output − 1 cached tokens. */
export function batchLoad(
  microBatches: readonly Int32Array[],
  { requests, deal, dataGroups, window }: Dealing,
  replicas: number,
): MemoryLoad {
  const kvTokens = new Float64Array(replicas * dataGroups);
  const windowedKvTokens = new Float64Array(replicas * dataGroups);
  const tokens = new Float64Array(dataGroups); // tokens of one pass
  const sequences = new Float64Array(dataGroups);
  let passTokens = 0;
  let passTotalTokens = 0;
  let passSequences = 0;
  for (const members of microBatches) {
    let total = 0;
    for (let i = 0; i < members.length; i++) {
      const request = members[i]!;
      const group = deal.dataGroup[request]!;
      const at = deal.replica[request]! * dataGroups + group;
      const prompt = requests.promptTokens[request]!;
      const cached = prompt + requests.outputTokens[request]! - 1;
      kvTokens[at]! += cached;
      windowedKvTokens[at]! += Math.min(cached, window);
      tokens[group]! += prompt;
      sequences[group]! += 1;
      passTokens = Math.max(passTokens, tokens[group]!);
      passSequences = Math.max(passSequences, sequences[group]!);
      total += prompt;
    }
    passTotalTokens = Math.max(passTotalTokens, total);
    for (let i = 0; i < members.length; i++) {
      tokens[deal.dataGroup[members[i]!]!] = 0;
      sequences[deal.dataGroup[members[i]!]!] = 0;
    }
  }
  return { kvTokens, windowedKvTokens, passTokens, passTotalTokens, passSequences, pooled: false };
}

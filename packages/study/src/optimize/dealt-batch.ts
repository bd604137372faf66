import { attendedPairs, attentionWindow, chunkTokensOf, reprojectedTokens as reprojected } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { MemoryLoad } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import { type Deal, dealBatch, type Requests } from "@tokenyard/serving";
import { batchScenario } from "./batch-scenario.ts";

/** What some passes in a row of one micro-batch compute, by data group: the mean over the passes in which the group has a sequence. */
export interface PassColumns {
  readonly phase: "prefill" | "decode";
  /** How many passes these are. */
  readonly passes: number;
  /** In how many of them each data group has a sequence [data groups]; the columns below are their means. */
  readonly busy: Float64Array;
  readonly sequences: Float64Array;
  readonly newTokens: Float64Array;
  readonly contextTokens: Float64Array;
  readonly pairs: Float64Array;
  readonly windowedContextTokens: Float64Array;
  readonly windowedPairs: Float64Array;
  /** Tokens whose keys and values a prefill projects anew. */
  readonly reprojectedTokens?: Float64Array | undefined;
  /** New tokens of a pass, all data groups together: in the smallest of the passes, and in the largest. */
  readonly leastTokens: number;
  readonly mostTokens: number;
}

/** A micro-batch of a static batch: its prefill, its decode passes in spans, and when its sequences end. */
export interface DealtMicroBatch {
  readonly sequences: number;
  readonly prefill: PassColumns;
  readonly decode: readonly PassColumns[];
  /** Sequences by their output tokens, with the number of spans that lie wholly before their end. */
  readonly endings: readonly { readonly outputs: number; readonly sequences: number; readonly spans: number }[];
}

export interface DealtBatch {
  /** What it asks of memory, as the scheduler tells it: a sequence reserves prompt + output − 1 cached tokens. */
  load(): MemoryLoad;
  /** [replicas][micro-batches that hold a sequence]; worked out when asked for. Those that are alike are one object. */
  microBatches(): readonly (readonly DealtMicroBatch[])[];
}

const MOST_SPANS = 8; // of a micro-batch's decode; more would cost more than they tell

/**
 * The batch as the static scheduler deals it: the same sequences in the same micro-batches and data groups, known before any run.
 * `attentionCost` is what makes one sequence longer than another.
 */
export function dealtBatch(
  scenario: Scenario,
  plan: Pick<Plan, "replicas" | "dataGroups">,
  requests: Requests,
  attentionCost: (promptTokens: number) => number,
): DealtBatch {
  const { microBatches, deal: kind } = batchScenario(scenario).serving.scheduler;
  const { replicas, dataGroups } = plan;
  const most = Math.min(microBatches, Math.ceil(requests.count / replicas)); // numbers from here on hold nothing
  const deal = dealBatch(kind, Float64Array.from(requests.promptTokens, attentionCost), { replicas, microBatches, dataGroups });
  const members: number[][][] = Array.from({ length: replicas }, () => Array.from({ length: most }, () => []));
  for (let request = 0; request < requests.count; request++) members[deal.replica[request]!]![deal.microBatch[request]!]!.push(request);
  const dealing: Dealing = {
    requests,
    deal,
    dataGroups,
    window: attentionWindow(scenario.model),
    attentionChunk: chunkTokensOf(scenario.serving).attention,
  };
  return {
    load: () => loadOf(members.flat(), dealing, replicas),
    microBatches: () => {
      const kinds = kindsOf(requests);
      if (kinds.areDistinct) return members.map((own) => own.filter(({ length }) => length > 0).map((each) => microBatchOf(each, dealing)));
      const known = new Map<string, DealtMicroBatch>();
      const once = (own: readonly number[]) => {
        const key = own.map((request) => `${deal.dataGroup[request]}:${kinds.of[request]}`).join();
        const made = known.get(key) ?? microBatchOf(own, dealing);
        known.set(key, made);
        return made;
      };
      return members.map((own) => own.filter(({ length }) => length > 0).map(once));
    },
  };
}

interface Kinds {
  /** [requests] those with one number are alike. */
  readonly of: Float64Array;
  /** No two are alike, and so no two micro-batches. */
  readonly areDistinct: boolean;
}

const kinds = new WeakMap<Requests, Kinds>();

function kindsOf(requests: Requests): Kinds {
  const told = kinds.get(requests);
  if (told !== undefined) return told;
  const known = new Map<string, number>();
  const of = Float64Array.from({ length: requests.count }, (_, request) => {
    const lengths = `${requests.promptTokens[request]}:${requests.outputTokens[request]}`;
    const kind = known.get(lengths) ?? known.size;
    known.set(lengths, kind);
    return kind;
  });
  const made = { of, areDistinct: known.size === requests.count };
  kinds.set(requests, made);
  return made;
}

interface Dealing {
  readonly requests: Requests;
  readonly deal: Deal;
  readonly dataGroups: number;
  readonly window: number;
  readonly attentionChunk: number;
}

function microBatchOf(members: readonly number[], dealing: Dealing): DealtMicroBatch {
  const { requests } = dealing;
  const ends = [...new Set(members.map((request) => requests.outputTokens[request]!))].sort((a, b) => a - b).filter((end) => end > 1);
  const stride = Math.ceil(ends.length / MOST_SPANS);
  const cuts = ends.filter((_, i) => (ends.length - 1 - i) % stride === 0);
  const decode = cuts.map((to, i) => decodeColumns(members, cuts[i - 1] ?? 1, to, dealing));
  const counts = new Map<number, number>();
  for (const request of members) counts.set(requests.outputTokens[request]!, (counts.get(requests.outputTokens[request]!) ?? 0) + 1);
  const endings = [...counts].map(([outputs, sequences]) => ({ outputs, sequences, spans: cuts.filter((to) => to <= outputs).length }));
  return { sequences: members.length, prefill: prefillColumns(members, dealing), decode, endings };
}

function prefillColumns(members: readonly number[], dealing: Dealing): PassColumns {
  const { requests, deal, dataGroups, window, attentionChunk } = dealing;
  const busy = new Float64Array(dataGroups);
  const sequences = new Float64Array(dataGroups);
  const newTokens = new Float64Array(dataGroups);
  const pairs = new Float64Array(dataGroups);
  const windowedPairs = window === Number.POSITIVE_INFINITY ? pairs : new Float64Array(dataGroups);
  const reprojectedTokens = new Float64Array(dataGroups);
  let tokens = 0;
  for (const request of members) {
    const group = deal.dataGroup[request]!;
    const prompt = requests.promptTokens[request]!;
    busy[group] = 1;
    sequences[group]! += 1;
    newTokens[group]! += prompt;
    pairs[group]! += attendedPairs(0, prompt, Number.POSITIVE_INFINITY);
    if (windowedPairs !== pairs) windowedPairs[group]! += attendedPairs(0, prompt, window);
    reprojectedTokens[group]! += reprojected(prompt, attentionChunk);
    tokens += prompt;
  }
  const context = { contextTokens: newTokens, windowedContextTokens: newTokens }; // nothing is cached yet
  return {
    phase: "prefill",
    passes: 1,
    busy,
    sequences,
    newTokens,
    ...context,
    pairs,
    windowedPairs,
    reprojectedTokens,
    leastTokens: tokens,
    mostTokens: tokens,
  };
}

/** Passes `from` … `to` − 1: pass k gives a sequence with more than k outputs its token k + 1, and reads prompt + k cached ones. */
function decodeColumns(members: readonly number[], from: number, to: number, { requests, deal, dataGroups, window }: Dealing): PassColumns {
  const busy = new Float64Array(dataGroups);
  const sequences = new Float64Array(dataGroups);
  const contextTokens = new Float64Array(dataGroups);
  const windowedContextTokens = window === Number.POSITIVE_INFINITY ? contextTokens : new Float64Array(dataGroups);
  let leastTokens = 0;
  let mostTokens = 0;
  for (const request of members) {
    const passes = Math.min(to, requests.outputTokens[request]!) - from;
    if (passes <= 0) continue;
    const group = deal.dataGroup[request]!;
    const past = requests.promptTokens[request]! + from - 1;
    busy[group] = Math.max(busy[group]!, passes);
    sequences[group]! += passes;
    contextTokens[group]! += attendedPairs(past, passes, Number.POSITIVE_INFINITY);
    if (windowedContextTokens !== contextTokens) windowedContextTokens[group]! += attendedPairs(past, passes, window);
    mostTokens++;
    if (passes === to - from) leastTokens++;
  }
  for (const column of new Set([sequences, contextTokens, windowedContextTokens])) {
    for (let group = 0; group < dataGroups; group++) column[group]! /= Math.max(1, busy[group]!);
  }
  return {
    phase: "decode",
    passes: to - from,
    busy,
    sequences,
    newTokens: sequences, // one each
    contextTokens,
    pairs: contextTokens, // so each pairs with its context
    windowedContextTokens,
    windowedPairs: windowedContextTokens,
    leastTokens,
    mostTokens,
  };
}

function loadOf(
  microBatches: readonly (readonly number[])[],
  { requests, deal, dataGroups, window }: Dealing,
  replicas: number,
): MemoryLoad {
  const kvTokens = new Float64Array(replicas * dataGroups);
  const windowedKvTokens = new Float64Array(replicas * dataGroups);
  const tokens = new Float64Array(dataGroups); // of one pass
  const sequences = new Float64Array(dataGroups);
  let passTokens = 0;
  let passTotalTokens = 0;
  let passSequences = 0;
  for (const members of microBatches) {
    tokens.fill(0);
    sequences.fill(0);
    let total = 0;
    for (const request of members) {
      const group = deal.dataGroup[request]!;
      const at = deal.replica[request]! * dataGroups + group;
      const prompt = requests.promptTokens[request]!;
      const cached = prompt + requests.outputTokens[request]! - 1;
      kvTokens[at]! += cached;
      windowedKvTokens[at]! += Math.min(cached, window);
      tokens[group]! += prompt;
      sequences[group]! += 1;
      total += prompt;
    }
    passTokens = tokens.reduce((most, each) => Math.max(most, each), passTokens);
    passSequences = sequences.reduce((most, each) => Math.max(most, each), passSequences);
    passTotalTokens = Math.max(passTotalTokens, total);
  }
  return { kvTokens, windowedKvTokens, passTokens, passTotalTokens, passSequences, pooled: false };
}

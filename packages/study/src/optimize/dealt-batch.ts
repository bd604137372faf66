import { attentionWindow, chunkTokensOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { MemoryLoad } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import { dealBatch, type Requests } from "@tokenyard/serving";
import { batchScenario } from "./batch-scenario.ts";
import { type Dealing, decodeColumns, type PassColumns, prefillColumns } from "./pass-columns.ts";

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
  let load: MemoryLoad | undefined;
  return {
    load: () => {
      load ??= loadOf(members.flat(), dealing, replicas);
      return load;
    },
    microBatches: () => {
      const kinds = kindsOf(requests);
      const known = new Map<string, DealtMicroBatch>();
      const once = (own: readonly number[]) => {
        if (own.some((request) => kinds.isAlone[request] === 1)) return microBatchOf(own, dealing);
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
  /** [requests] 1: none is like it, and so no micro-batch like one that has it. */
  readonly isAlone: Uint8Array;
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
  const counts = new Float64Array(known.size);
  for (const kind of of) counts[kind]!++;
  const made = { of, isAlone: Uint8Array.from(of, (kind) => (counts[kind] === 1 ? 1 : 0)) };
  kinds.set(requests, made);
  return made;
}

function microBatchOf(members: readonly number[], dealing: Dealing): DealtMicroBatch {
  const { requests } = dealing;
  const { cuts, endings } = endsOf(members, requests);
  const decode = cuts.map((to, i) => decodeColumns(members, cuts[i - 1] ?? 1, to, dealing));
  return { sequences: members.length, prefill: prefillColumns(members, dealing), decode, endings };
}

/** Where the decode passes of `members` are cut into spans, and how many sequences end when. */
function endsOf(members: readonly number[], { outputTokens }: Requests): { cuts: readonly number[]; endings: DealtMicroBatch["endings"] } {
  const first = outputTokens[members[0]!]!;
  if (members.every((request) => outputTokens[request] === first)) {
    const cuts = first > 1 ? [first] : [];
    return { cuts, endings: [{ outputs: first, sequences: members.length, spans: cuts.length }] };
  }
  const counts = new Map<number, number>();
  for (const request of members) counts.set(outputTokens[request]!, (counts.get(outputTokens[request]!) ?? 0) + 1);
  const ends = [...counts.keys()].sort((a, b) => a - b).filter((end) => end > 1);
  const stride = Math.ceil(ends.length / MOST_SPANS);
  const cuts = ends.filter((_, i) => (ends.length - 1 - i) % stride === 0);
  const endings = [...counts].map(([outputs, sequences]) => ({ outputs, sequences, spans: cuts.filter((to) => to <= outputs).length }));
  return { cuts, endings };
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

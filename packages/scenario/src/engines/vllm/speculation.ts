import { MOST_DRAFTS } from "../../schema/speculation.ts";
import type { Drafting, DraftKind } from "../drafting.ts";
import { type Facts, type Flag, type FlagValue, ignored, type Settings } from "../flag.ts";
import { draftingOf, settingsOfDrafts, slotsOfDrafts, statedBeside } from "../speculation.ts";

const CONFIG = "vllm/config/speculative.py";

/** Drafts that suffix decoding allows unasked; how many it proposes depends on the text. */
const SUFFIX_DEPTH = 24;

function kindOf(method: string): DraftKind | undefined {
  if (/(?:^|_)mtp$/.test(method)) return "mtp";
  if (method === "eagle" || method === "eagle3") return "eagle";
  if (method === "draft_model") return "draft-model";
  if (/^\[?ngram(?:_gpu)?\]?$/.test(method)) return "ngram";
  return method === "suffix" ? "suffix" : undefined;
}

/** The method that vLLM finds by the name of a draft. Source: SpeculativeConfig.__post_init__. */
function methodOf(model: FlagValue | undefined): string | undefined {
  if (model === undefined) return undefined;
  const name = String(model).toLowerCase();
  if (/^\[?ngram\]?$/.test(name)) return "ngram";
  return /eagle-/.test(name) ? "eagle" : /eagle3/.test(name) ? "eagle3" : /mtp/.test(name) ? "mtp" : "draft_model";
}

/** Drafts of the flags; undefined if they state none, or one that no key expresses. */
export function vllmDrafting({ value }: Pick<Facts, "value">): Drafting | undefined {
  const method = value("speculative-config.method");
  const kind = method === undefined ? undefined : kindOf(String(method));
  if (kind === undefined) return undefined;
  const tokens = value("speculative-config.num_speculative_tokens");
  const depths = depthsOf(value("speculative-config.num_speculative_tokens_per_batch_size"));
  return {
    kind,
    tokens: tokens === undefined ? undefined : Number(tokens),
    isParallel: value("speculative-config.parallel_drafting") === true,
    ...(depths === undefined ? {} : { depths }),
  };
}

/** Entries of (first, last, drafts), both sizes of a batch included. */
function depthsOf(value: FlagValue | undefined): Drafting["depths"] {
  const entries: unknown = value === undefined ? undefined : parsed(value);
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry) => {
    const [, upTo, tokens] = Array.isArray(entry) ? (entry as unknown[]).map(Number) : [];
    return upTo === undefined || tokens === undefined ? [] : [{ upTo: Math.min(upTo, 1_000_000), tokens }];
  });
}

function parsed(value: FlagValue): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

/** Slots of a pass that a request uses beside the scheduled ones. */
export function draftingSlots(facts: Pick<Facts, "value" | "speculation" | "drafts">): number {
  const { drafts } = facts;
  const drafting = draftingOf(vllmDrafting(facts), facts);
  if (drafting === undefined || drafts === 0) return 0;
  return slotsOfDrafts(drafting.kind, drafting.isParallel === true, drafts);
}

/** Whether the next step is composed before the last one ended: with drafts that know the hidden states, or a model. Source: vllm/config/vllm.py. */
export function staysAhead(facts: Pick<Facts, "value" | "speculation">): boolean {
  const method = facts.value("speculative-config.method");
  const kind = draftingOf(vllmDrafting(facts), facts)?.kind;
  if (kind === undefined) return method === undefined || facts.speculation.tokens === 0;
  return kind === "mtp" || kind === "eagle" || kind === "draft-model" || method === "ngram_gpu";
}

/**
 * Shares of steps whose drafts up to each position are accepted, if the server draws them. Source:
 * SpeculativeConfig._acceptance_length_to_rates.
 */
function syntheticRates(value: FlagValue, facts: Facts, isLength: boolean): Settings {
  if (facts.value("speculative-config.rejection_sample_method") !== "synthetic") return {};
  const tokens = Number(facts.value("speculative-config.num_speculative_tokens"));
  const accepted = Number(value) - 1;
  const listed: unknown = isLength ? Array.from({ length: tokens }, (_, at) => Math.min(1, Math.max(0, accepted - at))) : parsed(value);
  if (!Array.isArray(listed) || listed.length === 0) return {};
  return { "serving.speculation.acceptance.survival": listed.map((share) => `${Number((100 * Number(share)).toFixed(6))} %`) };
}

const SPEEDUPS =
  "SGLang, DeepSeek-V3 on 128 H200: + 14 % at 128 sequences a rank; EAGLE-3, arXiv 2503.01840: × 1.38 at 64; vLLM 0.31, Qwen3-8B: × 2.8 at 1";

/** The parts of `--speculative-config`. */
export const VLLM_SPECULATION: readonly Flag[] = [
  {
    name: "speculative-config.method",
    also: ["spec-method"],
    type: "text",
    says: "none; with a draft's name, what that says, else draft_model",
    unasked: ({ value }) => methodOf(value("speculative-config.model")),
    keys: ["serving.speculation.kind", "serving.speculation.tokens"],
    impliedBy: ["speculative-config.model", "speculative-config.num_speculative_tokens"],
    sets: (_, facts) => settingsOfDrafts(vllmDrafting(facts), facts),
    costs: {
      server: "faster",
      about:
        "drafts of n-grams, suffixes and draft models run with serving.speculation.acceptance stated (and its draft), others (medusa, dflash, dspark) not: TPOT of few users is divided by 1.3 to 2.9; with hundreds of sequences by 1.0 to 1.4",
      source: SPEEDUPS,
    },
    stated: (method) => (kindOf(String(method)) === undefined ? undefined : statedBeside(kindOf(String(method)))),
    source: CONFIG,
  },
  {
    name: "speculative-config.num_speculative_tokens",
    also: ["spec-tokens"],
    type: "count",
    most: MOST_DRAFTS,
    says: "modules of the model (mtp: 1 is taken), suffix 24, others have to state it",
    unasked: ({ value }) => {
      const method = value("speculative-config.method");
      const kind = method === undefined ? undefined : kindOf(String(method));
      return kind === "mtp" ? 1 : kind === "suffix" ? Math.min(MOST_DRAFTS, SUFFIX_DEPTH) : undefined;
    },
    keys: ["serving.speculation.tokens"],
    sets: () => ({}), // read by `drafting`
    source: CONFIG,
  },
  {
    name: "speculative-config.model",
    also: ["spec-model"],
    type: "text",
    says: "that of mtp: the model's own",
    ofDrafts: "eagle",
    costs: {
      server: "same",
      about: "an eagle draft is taken to be one dense layer as wide as the model: state serving.speculation.draft if it is another",
    },
    source: CONFIG,
  },
  {
    name: "speculative-config.parallel_drafting",
    type: "switch",
    says: "off",
    keys: ["serving.speculation.drafting"],
    sets: () => ({}), // read by `drafting`
    source: CONFIG,
  },
  {
    name: "speculative-config.num_speculative_tokens_per_batch_size",
    type: "text",
    says: "none: as many always",
    keys: ["serving.speculation.depths"],
    sets: () => ({}), // read by `drafting`
    source: CONFIG,
  },
  {
    name: "speculative-config.rejection_sample_method",
    type: "text",
    says: "standard",
    keys: ["serving.speculation.acceptance"],
    costs: { server: "unknown", about: "blocks of drafts that are verified jointly are accepted more often" },
    idle: ["standard", "synthetic"],
    source: CONFIG,
  },
  {
    name: "speculative-config.synthetic_acceptance_rates",
    type: "text",
    says: "none",
    keys: ["serving.speculation.acceptance"],
    sets: (value, facts) => syntheticRates(value, facts, false),
    source: CONFIG,
  },
  {
    name: "speculative-config.synthetic_acceptance_length",
    type: "number",
    says: "none",
    keys: ["serving.speculation.acceptance"],
    sets: (value, facts) => syntheticRates(value, facts, true),
    source: CONFIG,
  },
  ignored(
    "speculative-config.draft_tensor_parallel_size",
    "count",
    { server: "either", about: "a draft is split over all ranks of a data group here" },
    { says: "that of the model", source: CONFIG },
  ),
  ignored(
    "speculative-config.enable_adaptive_verification",
    "switch",
    { server: "faster", about: "drafts that are likely rejected are not verified" },
    { idle: [false], source: CONFIG },
  ),
];

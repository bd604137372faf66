import { MOST_DRAFTS } from "../../schema/speculation.ts";
import type { Drafting, DraftKind } from "../drafting.ts";
import { type Facts, type Flag, type FlagValue, ignored } from "../flag.ts";
import { draftingOf, settingsOfDrafts, statedBeside } from "../speculation.ts";

const ARGS = "tensorrt_llm/llmapi/llm_args.py, DecodingBaseConfig";

function kindOf(type: string): DraftKind | undefined {
  switch (type.toUpperCase().replaceAll("_", "")) {
    case "MTP":
      return "mtp";
    case "EAGLE":
    case "EAGLE3":
      return "eagle";
    case "DRAFTTARGET":
    case "PARD":
      return "draft-model";
    case "NGRAM":
      return "ngram";
    default:
      return undefined;
  }
}

/** Drafts of the options; undefined if they state none, or one that no key expresses, such as a tree of a fixed form. */
export function trtllmDrafting({ value }: Pick<Facts, "value">): Drafting | undefined {
  const type = value("speculative_config.decoding_type");
  const kind = type === undefined ? undefined : kindOf(String(type));
  const isDynamic = value("speculative_config.use_dynamic_tree") === true;
  const isFixed = !isDynamic && value("speculative_config.eagle_choices") !== undefined;
  if (kind === undefined || isFixed || (isDynamic && kind !== "eagle")) return undefined;
  const length = value("speculative_config.max_draft_len");
  const tokens = length === undefined ? undefined : Number(length);
  if (isDynamic) return { kind, tokens, tree: treeOf(value, tokens) };
  const depths = depthsOf(value("speculative_config.draft_len_schedule"), value("speculative_config.max_concurrency"), tokens);
  return { kind, tokens, isParallel: String(type).toUpperCase() === "PARD", ...(depths === undefined ? {} : { depths }) };
}

/** The tree of `depth` drafts: as many as its width finds at each depth, unless fewer are stated. Source: EagleDecodingConfig. */
function treeOf(value: Facts["value"], depth: number | undefined): Drafting["tree"] {
  const width = value("speculative_config.dynamic_tree_max_topK");
  if (width === undefined || depth === undefined) return undefined;
  return { width: Number(width), verified: 1 + Number(value("speculative_config.max_total_draft_tokens") ?? Number(width) * depth) };
}

/** Largest batch by drafts; beyond the last there are none. `most` requests with drafts are such a schedule with one entry. */
function depthsOf(schedule: FlagValue | undefined, most: FlagValue | undefined, tokens: number | undefined): Drafting["depths"] {
  if (schedule !== undefined && /^\{/.test(String(schedule))) {
    const entries = Object.entries(JSON.parse(String(schedule)) as Readonly<Record<string, unknown>>);
    return entries.map(([upTo, each]) => ({ upTo: Number(upTo), tokens: Number(each) })).sort((a, b) => a.upTo - b.upTo);
  }
  return most === undefined || tokens === undefined ? undefined : [{ upTo: Number(most), tokens }];
}

/** Whether the host composes the next step before the last one ended. Source: tensorrt_llm/_torch/speculative/interface.py, support_overlap_scheduler. */
export function staysAhead(facts: Pick<Facts, "value" | "speculation">): boolean {
  return draftingOf(trtllmDrafting(facts), facts)?.kind !== "ngram";
}

/** The parts of `speculative_config`. */
export const TRTLLM_SPECULATION: readonly Flag[] = [
  {
    name: "speculative_config.decoding_type",
    type: "text",
    says: "none",
    keys: ["serving.speculation.kind", "serving.speculation.tokens"],
    sets: (_, facts) => settingsOfDrafts(trtllmDrafting(facts), facts),
    costs: {
      server: "faster",
      about:
        "n-grams and draft models run with serving.speculation.acceptance stated (and its draft), others (Lookahead, SA, DFlash, AUTO) not: TPOT of few users is divided by 2.2 (MTP 3); with hundreds of sequences by 1.0 to 1.4",
      source: "TensorRT-LLM, DeepSeek-R1-FP4 on 8 B200: × 2.16 at one user",
    },
    stated: (type) => (kindOf(String(type)) === undefined ? undefined : statedBeside(kindOf(String(type)))),
    source: ARGS,
  },
  {
    name: "speculative_config.max_draft_len",
    also: ["speculative_config.num_nextn_predict_layers"],
    type: "count",
    most: MOST_DRAFTS,
    says: "of MTP: modules of the model (1 is taken); others have to state it",
    unasked: ({ value }) => (/^mtp$/i.test(String(value("speculative_config.decoding_type") ?? "")) ? 1 : undefined),
    keys: ["serving.speculation.tokens"],
    sets: () => ({}), // read by `drafting`
    source: ARGS,
  },
  {
    name: "speculative_config.speculative_model",
    also: ["speculative_config.speculative_model_dir"],
    type: "text",
    says: "that of MTP: the model's own",
    ofDrafts: "eagle",
    costs: {
      server: "same",
      about: "an Eagle draft is taken to be one dense layer as wide as the model: state serving.speculation.draft if it is another",
    },
    source: ARGS,
  },
  {
    name: "speculative_config.draft_len_schedule",
    type: "text",
    says: "none: as many always",
    keys: ["serving.speculation.depths"],
    sets: () => ({}), // read by `drafting`
    source: ARGS,
  },
  {
    name: "speculative_config.max_concurrency",
    type: "count",
    says: "none: drafts with every batch",
    keys: ["serving.speculation.depths"],
    sets: () => ({}), // read by `drafting`
    source: ARGS,
  },
  ignored(
    "speculative_config.use_relaxed_acceptance_for_thinking",
    "switch",
    {
      server: "faster",
      about: "more drafts are accepted while a model thinks: state serving.speculation.acceptance as measured",
      source: "TensorRT-LLM, blog 2: × 2.33 in place of 2.16",
    },
    { idle: [false], source: ARGS },
  ),
  {
    name: "speculative_config.use_dynamic_tree",
    type: "switch",
    says: "off",
    keys: ["serving.speculation.tree"],
    sets: () => ({}), // read by `drafting`
    source: "tensorrt_llm/llmapi/llm_args.py, EagleDecodingConfig",
  },
  {
    name: "speculative_config.dynamic_tree_max_topK",
    type: "count",
    says: "none",
    keys: ["serving.speculation.tree"],
    sets: () => ({}), // read by `drafting`
    source: "tensorrt_llm/llmapi/llm_args.py, EagleDecodingConfig",
  },
  {
    name: "speculative_config.max_total_draft_tokens",
    type: "count",
    says: "of a dynamic tree: its width × max_draft_len",
    keys: ["serving.speculation.tree"],
    sets: () => ({}), // read by `drafting`
    source: "tensorrt_llm/llmapi/llm_args.py, EagleDecodingConfig",
  },
  ignored(
    "speculative_config.eagle_choices",
    "text",
    { server: "faster", about: "drafts are a tree of a fixed form, which no key states: all of them are left out" },
    { says: "none", source: ARGS },
  ),
  ignored(
    "speculative_config.sa_config",
    "text",
    { server: "faster", about: "matches of suffixes take the place of drafts that are less likely" },
    { says: "none", source: ARGS },
  ),
];

import { MOST_DRAFTS } from "../../schema/speculation.ts";
import type { Drafting, DraftKind } from "../drafting.ts";
import { type Facts, type Flag, ignored } from "../flag.ts";
import { settingsOfDrafts, statedBeside } from "../speculation.ts";
import { isFrom } from "../version.ts";

const ARGS = "python/sglang/srt/server_args.py";
const HANDLERS = `${ARGS}, _handle_eagle_family and _handle_ngram`;

/** The switch of the overlap of drafts, by the name that it had before it became the variable SGLANG_ENABLE_SPEC_V2. */
const OVERLAPS_DRAFTS = "enable-beta-spec";

/** Requests of all data groups that run at once where drafts are stated and no limit is. */
export const RUNNING_WITH_DRAFTS = 48;

/** An EAGLE draft of a model that has one of its own is that: its modules for further tokens. */
function kindOf(algorithm: string, draft: string | undefined): DraftKind | undefined {
  switch (algorithm.toUpperCase()) {
    case "NEXTN":
      return "mtp";
    case "EAGLE":
      return draft === undefined || /nextn|mtp/i.test(draft) ? "mtp" : "eagle";
    case "EAGLE3":
      return "eagle";
    case "STANDALONE":
      return "draft-model";
    case "NGRAM":
      return "ngram";
    default:
      return undefined;
  }
}

const ALGORITHMS: Readonly<Record<DraftKind, string>> = {
  mtp: "EAGLE",
  eagle: "EAGLE3",
  "draft-model": "STANDALONE",
  ngram: "NGRAM",
  suffix: "SUFFIX",
};

/** The algorithm that is stated, in capitals; undefined where none is. */
function statedAlgorithm({ value }: Pick<Facts, "value">): string | undefined {
  const algorithm = value("speculative-algorithm");
  return algorithm === undefined || /^none$/i.test(String(algorithm)) ? undefined : String(algorithm).toUpperCase();
}

/** The algorithm of the drafts that the scenario or a flag states. */
export function algorithmOf(facts: Pick<Facts, "value" | "speculation">): string | undefined {
  const { tokens, kind } = facts.speculation;
  if (tokens === 0) return undefined;
  return kind === undefined ? statedAlgorithm(facts) : ALGORITHMS[kind];
}

/** Llama's drafts are trees unasked. Source: _auto_choose_speculative_params. */
function isLlama({ model }: Pick<Facts, "model">): boolean {
  return model.name.startsWith("llama-3");
}

/** Drafts of the flags; undefined if they state none, or one that no key expresses. Of n-grams a tree is as many drafts, whatever its shape. */
export function sglangDrafting(facts: Pick<Facts, "value">): Drafting | undefined {
  const { value } = facts;
  const algorithm = statedAlgorithm(facts);
  const draft = value("speculative-draft-model-path");
  const kind = algorithm === undefined ? undefined : kindOf(algorithm, draft === undefined ? undefined : String(draft));
  if (kind === undefined) return undefined;
  const verified = value("speculative-num-draft-tokens");
  if (kind === "ngram") return { kind, tokens: Number(verified) - 1 };
  const steps = value("speculative-num-steps");
  const tree =
    isTree(facts) && verified !== undefined ? { width: Number(value("speculative-eagle-topk")), verified: Number(verified) } : undefined;
  return { kind, tokens: steps === undefined ? undefined : Number(steps), tree };
}

function isTree({ value }: Pick<Facts, "value">): boolean {
  return Number(value("speculative-eagle-topk")) > 1;
}

/** Whether the host composes the next step before the last one ended: without drafts, and with chains where a server overlaps those. */
export function staysAhead(facts: Pick<Facts, "value" | "speculation">): boolean {
  const { kind, isTree: isStatedTree } = facts.speculation;
  const algorithm = algorithmOf(facts);
  if (algorithm === undefined) return true;
  return algorithm !== "NGRAM" && !(kind === undefined ? isTree(facts) : isStatedTree) && facts.value(OVERLAPS_DRAFTS) === true;
}

/** Steps, width of each, and tokens that a step verifies, where the flags leave them out. */
function unaskedParts(facts: Facts): readonly [steps: number, width: number, tokens: number] | undefined {
  const algorithm = statedAlgorithm(facts);
  if (algorithm === undefined || algorithm === "NGRAM") return undefined;
  return algorithm !== "STANDALONE" && isLlama(facts) ? [5, 4, 8] : [3, 1, 4];
}

export const SGLANG_SPECULATION: readonly Flag[] = [
  {
    name: OVERLAPS_DRAFTS,
    type: "switch",
    says: "off before 0.5.13, on from then on; servers read the variable SGLANG_ENABLE_SPEC_V2. Steps with chains of drafts are composed ahead",
    unasked: ({ version }) => isFrom(version, "0.5.13"),
    keys: ["serving.stepsAhead"],
    source: "python/sglang/srt/environ.py, SGLANG_ENABLE_SPEC_V2; release notes of 0.5.13",
  },
  {
    name: "speculative-algorithm",
    also: ["speculative-algo"],
    type: "text",
    says: "none",
    keys: ["serving.speculation.kind", "serving.speculation.tokens"],
    sets: (_, facts) => settingsOfDrafts(sglangDrafting(facts), facts),
    costs: {
      server: "faster",
      about:
        "STANDALONE and NGRAM run with serving.speculation.acceptance stated (and its draft), others (DFLASH, DSPARK) not: TPOT of few users is divided by 1.3 to 2.4; with hundreds of sequences by 1.0 to 1.4",
      source: "SGLang: Llama-3.1-8B on an H100 × 2.4 at 1 user (EAGLE-3); DeepSeek-V3 on 16 H200 × 1.35 over overlap, on 128 H200 + 14 %",
    },
    stated: (algorithm) => {
      const kind = kindOf(String(algorithm), undefined);
      return kind === undefined ? undefined : statedBeside(kind);
    },
    idle: ["none"],
    source: HANDLERS,
  },
  {
    name: "speculative-draft-model-path",
    also: ["speculative-draft-model"],
    type: "text",
    says: "of a model with modules for further tokens: itself",
    ofDrafts: "eagle",
    costs: {
      server: "same",
      about: "an EAGLE draft is taken to be one dense layer as wide as the model: state serving.speculation.draft if it is another",
    },
    source: HANDLERS,
  },
  {
    name: "speculative-num-steps",
    type: "count",
    most: MOST_DRAFTS,
    says: "3; of Llama 5",
    unasked: (facts) => unaskedParts(facts)?.[0],
    keys: ["serving.speculation.tokens"],
    sets: () => ({}), // read by `drafting`
    source: `${ARGS}, _auto_choose_speculative_params`,
  },
  {
    name: "speculative-eagle-topk",
    type: "count",
    says: "1; of Llama 4",
    unasked: (facts) => unaskedParts(facts)?.[1],
    keys: ["serving.speculation.tree"],
    sets: () => ({}), // read by `drafting`
    source: HANDLERS,
  },
  {
    name: "speculative-num-draft-tokens",
    type: "count",
    says: "of chains one more than steps; of Llama 8; of NGRAM 12",
    unasked: (facts) => (statedAlgorithm(facts) === "NGRAM" ? 12 : unaskedParts(facts)?.[2]),
    keys: ["serving.speculation.tokens", "serving.speculation.tree"],
    sets: () => ({}), // read by `drafting`
    source: HANDLERS,
  },
  ignored(
    "speculative-adaptive",
    "switch",
    { server: "faster", about: "steps follow the acceptance; here they are as many always" },
    { idle: [false], source: ARGS },
  ),
];

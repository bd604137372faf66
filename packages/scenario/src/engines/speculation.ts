import { valueAt } from "../schema/language/structure.ts";
import type { Drafting, DraftKind, StatedSpeculation } from "./drafting.ts";
import type { Engine, Facts, Settings } from "./flag.ts";
import { isFrom, versionOf } from "./version.ts";

const KEY = ["serving", "speculation"];

/** Whether a flag, of any engine, says something of drafts. */
export function isOfDrafts(flag: string): boolean {
  return flag.startsWith("speculative");
}

/** Drafts of a step where a scenario names a kind and no number. */
const USUAL_TOKENS = 3;

export function statedSpeculation(tree: unknown): StatedSpeculation {
  const at = (key: string) => valueAt(tree, [...KEY, key]);
  const kind = at("kind");
  return {
    tokens: mostDrafts(at),
    kind: typeof kind === "string" ? (kind as DraftKind) : undefined,
    isParallel: at("drafting") === "parallel",
    isTree: at("tree") !== undefined,
    acceptance: at("acceptance") !== undefined,
    draft: at("draft") !== undefined,
  };
}

/** Tokens of a sequence that a step verifies, at most, of `tree` with what `settings` add to it. */
export function verifiedWith(tree: unknown, settings: readonly { readonly path: string; readonly value: unknown }[]): number {
  const set = (key: string) => settings.find(({ path }) => path === `serving.speculation.${key}`)?.value;
  const verified = valueAt(tree, [...KEY, "tree", "verified"]) ?? set("tree.verified");
  const drafts = mostDrafts((key) => valueAt(tree, [...KEY, key]) ?? set(key)) ?? 0;
  return drafts > 0 && typeof verified === "number" ? verified : 1 + drafts;
}

function mostDrafts(at: (key: string) => unknown): number | undefined {
  const depths = at("depths");
  if (Array.isArray(depths))
    return Math.max(0, ...depths.map((each: unknown) => Number(valueAt(each, ["tokens"]))).filter((each) => each > 0));
  const kind = at("kind") === undefined ? undefined : USUAL_TOKENS;
  const tokens = at("tokens") ?? kind;
  return typeof tokens === "number" ? tokens : undefined;
}

/** Keys that have to be stated beside a kind of draft: nothing published fits every text, or every draft model. */
export function statedBeside(kind: DraftKind | undefined): readonly string[] {
  if (kind === "ngram" || kind === "suffix") return ["serving.speculation.acceptance"];
  return kind === "draft-model" ? ["serving.speculation.acceptance", "serving.speculation.draft"] : [];
}

/** Whether drafts of this kind run with the scenario's own statements. */
export function isSimulated({ kind, tokens, depths }: Drafting, { speculation }: Pick<Facts, "speculation">): boolean {
  if (tokens === undefined && depths === undefined && speculation.tokens === undefined) return false;
  if (kind === "mtp" || kind === "eagle") return true;
  return speculation.acceptance && (kind !== "draft-model" || speculation.draft);
}

/** `serving.speculation` as `drafting` has it. */
export function settingsOfDrafts(drafting: Drafting | undefined, facts: Pick<Facts, "speculation">): Settings {
  if (drafting === undefined || !isSimulated(drafting, facts)) return {};
  const { kind, tokens, depths, tree, isParallel = false } = drafting;
  return {
    "serving.speculation.kind": kind,
    ...(tokens === undefined ? {} : { "serving.speculation.tokens": tokens }),
    ...(depths === undefined ? {} : { "serving.speculation.depths": depths }),
    ...(isParallel && (kind === "eagle" || kind === "draft-model") ? { "serving.speculation.drafting": "parallel" } : {}),
    ...(tree === undefined ? {} : { "serving.speculation.tree.width": tree.width, "serving.speculation.tree.verified": tree.verified }),
  };
}

/** The drafts of an engine: as the scenario states them, or else as its flags do; undefined where a step has none. */
export function draftingOf(byFlags: Drafting | undefined, { speculation }: Pick<Facts, "speculation">): Drafting | undefined {
  const { tokens, kind, isParallel } = speculation;
  if (tokens === 0) return undefined;
  return kind === undefined ? byFlags : { kind, tokens, isParallel };
}

/** Drafts of a step that is simulated, at most. */
export function draftsBy(drafting: Drafting | undefined, facts: Pick<Facts, "speculation">): number {
  if (drafting === undefined || !isSimulated(drafting, facts)) return 0;
  const { tokens = 0, depths } = drafting;
  return depths === undefined ? tokens : Math.max(0, ...depths.map((each) => each.tokens));
}

/** Slots of a pass that vLLM reserves for the drafts of each sequence. Source: SpeculativeConfig.max_num_new_slots_for_drafting. */
export function slotsOfDrafts(kind: DraftKind, isParallel: boolean, drafts: number): number {
  if (kind === "draft-model") return isParallel ? drafts : 1;
  return isParallel && kind === "eagle" ? drafts - 1 : 0;
}

/**
 * Whether this version of vLLM accepts drafts beside pipelines. Source: its `docs/features/spec_decode` up to 0.9 and scripts for 0.25
 * exclude them, and a user of 0.27 runs both (vllm-project/vllm, thread 52071).
 */
function hasPipelines(version: string | undefined): boolean {
  const known = version === undefined ? undefined : versionOf(version);
  return known !== undefined && isFrom(known, "0.27");
}

/** Methods of vLLM whose drafts are another model. Source: SpeculativeConfig.__post_init__, "num_speculative_tokens was provided but without speculative model". */
const WITH_MODEL: ReadonlySet<unknown> = new Set(["eagle", "eagle3", "draft_model"]);
/** Methods whose number of drafts has no default. Source: SpeculativeConfig._verify_args. */
const WITH_COUNT: ReadonlySet<unknown> = new Set(["ngram", "[ngram]", "ngram_gpu", "draft_model"]);
/** Source: SpeculativeMethod, up to 0.27. */
const METHODS =
  /^(?:\[?ngram\]?|ngram_gpu|medusa|mlp_speculator|draft_model|suffix|custom_class|eagle|eagle3|extract_hidden_states|dflash|dspark|(?:\w+_)?mtp)$/;

/** Refusal by vLLM of its draft flags as stated: no method, or one without its needs; with the place, and what would work. */
export function draftModelRefusal(
  name: Engine["name"],
  flags: unknown,
): { readonly path: readonly string[]; readonly given: string; readonly wanted: string } | undefined {
  if (name !== "vllm") return undefined;
  const stated = (key: string) => valueAt(flags, ["speculative-config", key]) ?? valueAt(flags, [`speculative-config.${key}`]);
  const [method, model, tokens] = [stated("method"), stated("model"), stated("num_speculative_tokens")];
  const refused = (given: string, wanted: string) => ({
    path: ["engine", "flags", "speculative-config"],
    given: `${given}, which vLLM refuses`,
    wanted,
  });
  if (method !== undefined && !METHODS.test(String(method)))
    return refused(`method ${String(method)}`, "mtp, eagle3, draft_model, ngram, suffix, medusa or another that vLLM names");
  if (method === undefined && model === undefined && tokens !== undefined)
    return refused("num_speculative_tokens without method or model", "method: mtp, ngram, …, beside it");
  if (WITH_MODEL.has(method) && model === undefined)
    return refused(`method ${String(method)} without a model`, "model: the name of the draft, beside it");
  if (WITH_COUNT.has(method) && tokens === undefined)
    return refused(`method ${String(method)} without a number of drafts`, "num_speculative_tokens beside it, such as 3");
  return undefined;
}

/** Combinations with drafts that an engine refuses, and what would work; `engine: ideal` runs all of them. */
export function draftRefusal(
  name: Engine["name"],
  kind: DraftKind,
  version: string | undefined,
  { pipeline, dataGroups, isTree }: { readonly pipeline: number; readonly dataGroups: number; readonly isTree: boolean },
): { readonly given: string; readonly wanted: string } | undefined {
  const ofPipeline = (title: string) => ({
    given: `speculation beside parallelism.pipeline, which ${title} refuses`,
    wanted: "parallelism.pipeline: 1, or no speculation",
  });
  if (name === "sglang" && pipeline > 1) return ofPipeline("SGLang");
  if (name === "vllm" && pipeline > 1 && !hasPipelines(version)) return ofPipeline("vLLM before 0.27");
  if (name === "sglang" && (kind === "ngram" || kind === "draft-model") && dataGroups > 1)
    return { given: `${kind} beside data-parallel attention, which SGLang refuses`, wanted: "one data group, or another kind" };
  if (name === "sglang" && kind === "suffix") return { given: "suffix, which SGLang does not have", wanted: "ngram, eagle or mtp" };
  if (name === "trtllm" && kind === "suffix") return { given: "suffix, which TensorRT-LLM does not have", wanted: "ngram, eagle or mtp" };
  if (isTree && (name === "vllm" || (name === "trtllm" && kind !== "eagle")))
    return {
      given: `trees of drafts of ${kind}, which ${name === "vllm" ? "vLLM" : "TensorRT-LLM"} does not have`,
      wanted: "no serving.speculation.tree",
    };
  return undefined;
}

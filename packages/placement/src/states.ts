import { draftOf, type KeptBytes, keepsByKind, keptByLayer, keptTogether, pinnedOf } from "@tokenyard/model";
import { isDealtOut, mostVerifiedOf, type Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";

/** [stages] bytes that each layer keeps of a request on one rank; those of the draft are on the last stage. */
export function keptByStage({ model, serving }: Scenario, plan: Plan): readonly (readonly KeptBytes[])[] {
  const draft = draftOf(model, serving);
  const byLayer = keptByLayer(model, plan.attentionTensor, plan.context);
  const ofDraft = draft === undefined ? [] : keptByLayer(draft.model, plan.attentionTensor, plan.context);
  return plan.layersOfStage.map((layers, stage) =>
    [...layers.map((layer) => byLayer[layer]), ...(stage === plan.stages - 1 ? ofDraft : [])].flatMap((kept) => kept ?? []),
  );
}

/** Places where a prefix may resume, if blocks alone do not decide it. */
export interface ResumedAt {
  /** Blocks, or slots, that one place takes. */
  readonly weight: number;
  /** Blocks of the host's memory that one place takes. */
  readonly hostBlocks: number;
  /** Places in a row, one a block, that are needed: those of a window. */
  readonly pointsInRow: number;
  /** Places where states are kept; undefined: after each block. */
  readonly states?: { readonly promptTokens: number; readonly outputTokens: number; readonly endsChunks: boolean };
}

/** How requests keep states and windows beside the blocks of their tokens. */
export interface States {
  /** `paged`: in blocks of the same pool; `slots`: in slots of their own. */
  readonly kind: "paged" | "slots";
  /** Tokens of a block. */
  readonly blockTokens: number;
  /** [stages] bytes of a rank's block by its tokens */
  readonly tokenBytes: readonly number[];
  /** Blocks that a request of `tokens` cached tokens keeps from its start to its end. */
  pinnedBlocks(tokens: number): number;
  readonly kept?: ResumedAt;
}

// Tokens between states that SGLang keeps of prompts and of outputs. Source: docs/models/mixers.md#states.
const PROMPT_TOKENS = 64;
const OUTPUT_TOKENS = 256;
/** Pages of each group of layers with states that vLLM gives a request which leaves states at the ends of blocks. */
const ALIGNED_PAGES = 2;

/**
 * How a plan keeps states, and windows of some layers; undefined: none of its layers has any, or room for all sequences is set aside, as for states that nothing
 * else is said of. Pages have one size for all layers, so a state fills a block of as many tokens as take its bytes. Source: docs/models/mixers.md#states.
 */
export function statesOf(scenario: Scenario, plan: Plan): States | undefined {
  const { model, serving } = scenario;
  const { kv } = serving;
  if (!keepsByKind(model) || kv === undefined || isDealtOut(serving.scheduler)) return undefined;
  const stages = keptByStage(scenario, plan);
  const all = stages.flat();
  const keepsStates = all.some(({ state }) => state > 0);
  const kind = kv.states?.kind ?? (kv.prefixCache === true || !keepsStates ? "paged" : "reserved");
  if (kind === "reserved") return undefined;
  if (!all.some((kept) => pinnedOf(kept) > 0)) return undefined;
  const ofLayer = Math.max(...all.map(({ token }) => token));
  const state = Math.max(...all.map(({ resumed }) => resumed));
  if (ofLayer === 0 && kind === "paged") return undefined; // no token takes a block
  const isKept = kv.prefixCache === true;
  const page = kv.blockTokens * plan.context;
  const blockTokens = kind === "paged" && state > 0 ? page * Math.ceil(state / (page * ofLayer)) : page;
  const kept = stages.map(keptTogether);
  const tokenBytes = kept.map(({ token }) => (token > 0 ? token : Math.max(...kept.map((each) => each.token))));
  const windowBlocks = (stage: number, tokens: number) => pinnedOf(rest(kept[stage]!), tokens) / (tokenBytes[stage]! * blockTokens);
  const most = (of: (stage: number) => number) => Math.max(...stages.map((_, stage) => Math.ceil(of(stage))));
  if (kind === "slots") {
    const hostBlocks = ofLayer === 0 ? 1 : most((stage) => pinnedOf(kept[stage]!) / (tokenBytes[stage]! * blockTokens));
    const states = { promptTokens: upTo(PROMPT_TOKENS, blockTokens), outputTokens: upTo(OUTPUT_TOKENS, blockTokens), endsChunks: false };
    return {
      kind,
      blockTokens,
      tokenBytes,
      pinnedBlocks: () => 0,
      ...(isKept ? { kept: { weight: 1, hostBlocks, pointsInRow: 1, states } } : {}),
    };
  }
  const groups = stages.map((layers, stage) => groupsOf(layers, tokenBytes[stage]! / ofLayer));
  const pages = (isKept ? ALIGNED_PAGES : 1) + mostVerifiedOf(scenario.serving) - 1; // a step leaves a state after each token that it verifies
  const pinnedBlocks = (tokens: number) => most((stage) => groups[stage]! * pages + windowBlocks(stage, tokens));
  if (!isKept) return { kind, blockTokens, tokenBytes, pinnedBlocks };
  if (state > 0) {
    const weight = most((stage) => groups[stage]! + windowBlocks(stage, Number.POSITIVE_INFINITY));
    const states = { promptTokens: blockTokens, outputTokens: blockTokens, endsChunks: true };
    return { kind, blockTokens, tokenBytes, pinnedBlocks, kept: { weight, hostBlocks: weight, pointsInRow: 1, states } };
  }
  const window = Math.max(...all.flatMap(({ windows }) => windows.map(({ tokens }) => tokens)), 1);
  const weight = most((stage) => kept[stage]!.windows.reduce((sum, { token }) => sum + token, 0) / tokenBytes[stage]!);
  const pointsInRow = Math.max(1, Math.ceil((window - 1) / blockTokens));
  return { kind, blockTokens, tokenBytes, pinnedBlocks, kept: { weight, hostBlocks: weight, pointsInRow } };
}

/** Groups of layers with states, each as large as that of the layers whose cache grows, elsewhere `otherwise`: as many pages as a request's states take. */
function groupsOf(layers: readonly KeptBytes[], otherwise: number): number {
  const growing = layers.filter(({ token }) => token > 0).length;
  const recurrent = layers.filter(({ resumed }) => resumed > 0).length;
  return Math.ceil(recurrent / (growing > 0 ? growing : otherwise));
}

/** Bytes that are kept beside growing caches and the states that prefixes resume from. */
function rest({ windows, state, resumed }: KeptBytes): Pick<KeptBytes, "windows" | "state"> {
  return { windows, state: state - resumed };
}

function upTo(tokens: number, blockTokens: number): number {
  return blockTokens * Math.ceil(tokens / blockTokens);
}

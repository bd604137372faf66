import type { ServingSpec } from "./schema/serving.ts";
import type { AcceptanceSpec, SpeculationSpec, TreeSpec } from "./schema/speculation.ts";

/** The speculation of such a scenario; undefined where no step has a draft. */
export function speculationOf({ speculation }: Pick<ServingSpec, "speculation">): SpeculationSpec | undefined {
  return speculation === undefined || mostDraftsOf(speculation) === 0 ? undefined : speculation;
}

/** Drafts of a step, at most. */
export function mostDraftsOf({ tokens, depths }: SpeculationSpec): number {
  return depths === undefined ? tokens : Math.max(...depths.map((each) => each.tokens));
}

/** Drafts of each sequence in a step with this number of decoding ones of a data group. */
export function draftsOf({ tokens, depths }: SpeculationSpec, sequences: number): number {
  if (depths === undefined) return tokens;
  for (let i = 0; i < depths.length; i++) if (sequences <= depths[i]!.upTo) return depths[i]!.tokens;
  return 0;
}

/** The tree that such drafts are; undefined where they follow each other. */
export function treeOf(spec: SpeculationSpec): TreeSpec | undefined {
  return "tree" in spec ? spec.tree : undefined;
}

/** Whether one pass makes all drafts of a step. */
export function draftsInOnePass(spec: SpeculationSpec): boolean {
  return "drafting" in spec && spec.drafting === "parallel";
}

/** Tokens that a step verifies for each sequence, with drafts `drafts` deep: those in its chain or tree, and the one before them. */
export function verifiedOf(spec: SpeculationSpec, drafts: number): number {
  return drafts === 0 ? 1 : (treeOf(spec)?.verified ?? drafts + 1);
}

/** Tokens that a step of `serving` verifies for each sequence, at most; 1 without speculation. */
export function mostVerifiedOf(serving: Pick<ServingSpec, "speculation">): number {
  const spec = speculationOf(serving);
  return spec === undefined ? 1 : verifiedOf(spec, mostDraftsOf(spec));
}

/** Acceptance that is used if none is stated, with its source. */
export interface PublishedAcceptance {
  readonly acceptance: AcceptanceSpec;
  readonly source: string;
}

/** By kind of draft, where anything was published by position. Source: docs/models/scheduling.md#speculative-decoding. */
const PUBLISHED: { readonly [kind in SpeculationSpec["kind"]]?: PublishedAcceptance } = {
  mtp: {
    acceptance: { conditional: [0.835, 0.779, 0.808, 0.84, 0.822, 0.82, 0.845, 0.853] },
    source: "Qwen3.6-35B-A3B with its MTP module, by doublewordai/inference-lab",
  },
  eagle: {
    acceptance: { conditional: 0.81 },
    source: "EAGLE-3 drafts of Qwen3.5-397B on MT-Bench, 3.03 tokens a step with 3 drafts, by the card of AQ-MedAI",
  },
};

/** Acceptance for a `spec` without one; undefined if it has one, or nothing was published. */
export function publishedAcceptance(spec: SpeculationSpec): PublishedAcceptance | undefined {
  return spec.acceptance === undefined ? PUBLISHED[spec.kind] : undefined;
}

/** The share of steps whose draft at each position is accepted, and so all before it, [most drafts]; of requests of class `name`. */
export function survivalOf(spec: SpeculationSpec, name?: string): number[] {
  const own = name === undefined ? undefined : spec.classes?.[name];
  const { survival, conditional } = own ?? spec.acceptance ?? publishedAcceptance(spec)?.acceptance ?? { conditional: 0 };
  const most = mostDraftsOf(spec);
  if (survival !== undefined) return survival.slice(0, most);
  let all = 1;
  return Array.from({ length: most }, (_, at) => {
    all *= Array.isArray(conditional) ? (conditional[Math.min(at, conditional.length - 1)] ?? 0) : (conditional ?? 0);
    return all;
  });
}

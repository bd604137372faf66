import { modelLayers, type Split, sharedHiddenSize } from "@tokenyard/model";
import { counted, grouped, type ModelSpec, type ParallelismSpec, type Problem, type RoutingSpec } from "@tokenyard/scenario";
import { contextProblems } from "./context-problems.ts";
import { divisorsOf, listed, nearest } from "./listing.ts";

/** How many ranks share what, within one stage: expert × tensor = attentionTensor × dataGroups. */
export interface Degrees {
  /** Ranks (times tensor) over which the experts of a layer are spread. */
  readonly expert: number;
  /** Ranks that share an expert. */
  readonly tensor: number;
  /** Ranks that share the attention of a token: a data group. */
  readonly attentionTensor: number;
  readonly dataGroups: number;
  /** Ranks of a data group that share the cache of each sequence. */
  readonly context: number;
  /** How each of them has the queries of all. */
  readonly contextQueries: "gathered" | "whole";
}

/** Sources of an exchange: data groups, whose ranks all hold the tokens, or single ranks with a part each. */
export interface Sources {
  readonly sources: number;
  /** Ranks that bring the same tokens: those of a data group, or 1. */
  readonly sourceRanks: number;
}

/**
 * The degrees of a stage. Of attention's two, one that is not given follows from the other; when neither is given, attention.tensor is
 * tensor. They are to be used only when `degreeProblems` finds nothing.
 */
export function degreesOf(parallelism: ParallelismSpec): Degrees {
  const { expert, tensor, attention = {}, context = 1, contextQueries = "gathered" } = parallelism;
  const ranks = expert * tensor;
  const attentionTensor = attention.tensor ?? (attention.data === undefined ? tensor : ranks / attention.data);
  return { expert, tensor, attentionTensor, dataGroups: attention.data ?? ranks / attentionTensor, context, contextQueries };
}

/**
 * Problems of the degrees for this model, each with the values that would work; empty when they are legal. Without a `placement` every rank
 * has the same number of a layer's experts; with one, ranks may have one slot more than others.
 */
export function degreeProblems(model: ModelSpec, parallelism: ParallelismSpec, placement?: RoutingSpec["placement"]): Problem[] {
  const layer = [...expertProblems(model, parallelism, placement), ...tensorProblems(model, parallelism)];
  const problems = [...layer, ...attentionProblems(model, parallelism, layer.length === 0)];
  return problems.length > 0 ? problems : contextProblems(model, degreesOf(parallelism));
}

function expertProblems({ experts }: ModelSpec, { expert }: ParallelismSpec, placement: RoutingSpec["placement"]): Problem[] {
  if (experts === undefined) return expert === 1 ? [] : [problem(["expert"], expert, [1], "for a model without experts")];
  const { count } = experts;
  if (placement === undefined) {
    if (count % expert === 0) return [];
    const each = Math.ceil(count / expert);
    const rows = expert < count ? "contiguous, where the first ranks hold one expert more, or " : "";
    const placements = `or routing.placement: ${rows}{ kind: redundant, spareSlots: ${each * expert - count} }, ${counted(each, "slot")} on each rank`;
    return [problem(["expert"], expert, divisorsOf(count), `a divisor of the ${count} experts`, placements)];
  }
  if (placement.kind === "map") return []; // it has a list for each rank
  const slots = count + ("spareSlots" in placement ? placement.spareSlots : 0);
  if (expert <= slots) return [];
  const wanted = `at most ${grouped(slots)}, so that each rank has one of the slots of routing.placement`;
  return [{ path: ["parallelism", "expert"], given: String(expert), wanted, suggestion: String(slots) }];
}

/** Tensor shares the experts; and unless attention has degrees of its own, it is attention.tensor. */
function tensorProblems(model: ModelSpec, { tensor, attention = {} }: ParallelismSpec): Problem[] {
  const follows = attention.tensor === undefined && attention.data === undefined;
  const rules = follows || model.experts === undefined ? [...attentionRules(model), ...expertRules(model)] : expertRules(model);
  return fits(tensor, rules) ? [] : [problem(["tensor"], tensor, working(rules), phrase(rules))];
}

/** Whether a data group of `a` ranks lies in one tensor group, or consists of whole ones; without experts data groups share nothing. */
function aligns(a: number, tensor: number, model: ModelSpec): boolean {
  return a % tensor === 0 || (model.experts !== undefined && tensor % a === 0);
}

/** `settled`: expert and tensor are legal, so that attention can be held against them. */
function attentionProblems(model: ModelSpec, parallelism: ParallelismSpec, settled: boolean): Problem[] {
  const { expert, tensor, attention = {} } = parallelism;
  const ranks = expert * tensor;
  const product = `expert ${expert} × tensor ${tensor}`;
  const rules = attentionRules(model);
  const attentionTensors = working(rules).filter((a) => !settled || (aligns(a, tensor, model) && ranks % a === 0));

  if (attention.tensor !== undefined) {
    if (!fits(attention.tensor, rules) || (settled && !attentionTensors.includes(attention.tensor))) {
      const either = model.experts === undefined ? "a multiple" : "a divisor or a multiple";
      const beside = settled ? `, and ${either} of tensor ${tensor} that divides ${product}` : "";
      return [problem(["attention", "tensor"], attention.tensor, attentionTensors, `${phrase(rules)}${beside}`)];
    }
    if (!settled || attention.data === undefined || attention.tensor * attention.data === ranks) return [];
    const subject = `attention.tensor ${attention.tensor} × attention.data = ${product}`;
    return [problem(["attention", "data"], attention.data, [ranks / attention.tensor], subject)];
  }

  if (!settled || attention.data === undefined || attentionTensors.includes(ranks / attention.data)) return [];
  const works = attentionTensors.map((a) => ranks / a).reverse();
  return [problem(["attention", "data"], attention.data, works, `${product} ÷ attention.data = attention.tensor, ${phrase(rules)}`)];
}

/** A size that a degree must divide; KV heads may also divide the degree, and are then replicated. */
type Rule = Split;

function expertRules({ experts }: ModelSpec): Rule[] {
  return experts ? [{ what: `the expert hidden size ${experts.hiddenSize}`, size: experts.hiddenSize }] : [];
}

function attentionRules(model: ModelSpec): Rule[] {
  const { experts } = model;
  const { mixers, denses } = modelLayers(model);
  const rules: Rule[] = mixers.flatMap(({ splits }) => splits);
  for (const dense of denses) rules.push({ what: `the dense hidden size ${dense.hiddenSize}`, size: dense.hiddenSize });
  if (experts?.shared) {
    const size = sharedHiddenSize(experts);
    rules.push({ what: `the shared experts' hidden size ${size}`, size });
  }
  const all = [...new Map(rules.map((rule) => [rule.what, rule])).values()];
  return all[0]?.replicated === undefined ? all : [{ what: "any number", size: all[0].size }, ...all];
}

function fits(degree: number, rules: readonly Rule[]): boolean {
  return rules.every(({ size, replicated }) => size % degree === 0 || (replicated && degree % size === 0));
}

/** The degrees that fit `rules`, rising. The first of them must be a size to divide. */
function working(rules: readonly Rule[]): number[] {
  return divisorsOf(rules[0]!.size).filter((degree) => fits(degree, rules));
}

/** Phrase such as `a divisor of 16 heads and of the expert hidden size 1024, and a divisor or multiple of 4 KV heads` */
function phrase(rules: readonly Rule[]): string {
  const divided = rules.filter(({ replicated }) => !replicated).map(({ what }) => `of ${what}`);
  const replicated = rules.filter((rule) => rule.replicated).map(({ what }) => `, and a divisor or a multiple of ${what}`);
  return `a divisor ${divided.join(" and ")}${replicated.join("")}`;
}

function problem(path: readonly string[], given: number, works: readonly number[], subject: string, otherwise?: string): Problem {
  const degrees = works.length === 0 ? `${subject}: there is none, so change expert or tensor` : `${subject}: ${listed(works, given)}`;
  const wanted = otherwise === undefined ? degrees : `${degrees}; ${otherwise}`;
  const suggestion = nearest(works, given);
  return {
    path: ["parallelism", ...path],
    given: String(given),
    wanted,
    ...(suggestion === undefined ? {} : { suggestion: String(suggestion) }),
  };
}

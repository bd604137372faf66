import { draftOf, modelLayers, modelProblems } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Warning } from "@tokenyard/report";
import {
  draftModelRefusal,
  draftRefusal,
  ENGINES,
  type Engine,
  isDealtOut,
  mostVerifiedOf,
  type Problem,
  publishedAcceptance,
  type Scenario,
  speculationOf,
  treeOf,
} from "@tokenyard/scenario";
import type { Role } from "../inputs/setup.ts";

const KEY = ["serving", "speculation"];

/** Mechanisms that speculation does not run with: refused, with an alternative. Source: docs/models/scheduling.md#speculative-decoding. */
export function speculationProblems(scenario: Scenario, plan: Plan, role: Role): Problem[] {
  const spec = speculationOf(scenario.serving);
  if (spec === undefined) return [];
  const { serving, expertCache, model } = scenario;
  const { scheduler, overlap } = serving;
  if (isDealtOut(scheduler)) {
    const wanted = "a scheduler that serves requests as they come: continuous, prefill-first or cadence";
    return [{ path: ["serving", "scheduler"], given: "static beside speculation", wanted }];
  }
  const problems: Problem[] = [];
  const refuse = (path: readonly string[], given: string, wanted: string) => problems.push({ path: [...path], given, wanted });
  const each = mostVerifiedOf(serving);
  const fewest = scheduler.maxSequences * each;
  if (scheduler.tokenBudget < fewest && role !== "prefill") {
    const sum = `${scheduler.maxSequences} sequences × ${each} tokens that a step verifies`;
    refuse(["serving", "scheduler", "tokenBudget"], String(scheduler.tokenBudget), `at least ${fewest}: ${sum}`);
  }
  if (overlap.kind !== "none") refuse(["serving", "overlap"], `${overlap.kind} beside speculation`, "none, or no speculation");
  if (expertCache !== undefined) refuse(["expertCache"], "a cache of experts beside speculation", "no such key, or no speculation");
  const { workload } = scenario;
  const names = ("classes" in workload ? (workload.classes ?? []) : []).map(({ name }) => name);
  for (const name of Object.keys(spec.classes ?? {})) {
    if (names.includes(name)) continue;
    refuse(
      [...KEY, "classes", name],
      "no class of the workload",
      names.length === 0 ? "a workload with classes" : `one of ${names.join(", ")}`,
    );
  }
  if (spec.acceptance === undefined && spec.kind !== "mtp" && spec.kind !== "eagle")
    refuse([...KEY, "acceptance"], `none for ${spec.kind}`, "acceptance: { conditional: 60 % }, or by position, as measured");
  return [...problems, ...engineProblems(scenario, plan), ...draftProblems(scenario, plan, model)];
}

/** Drafts whose acceptance was measured on texts, for prompts of which only lengths are known. Source: docs/models/scheduling.md#speculative-decoding. */
export function acceptanceWarnings({ serving, workload }: Pick<Scenario, "serving" | "workload">): Warning[] {
  const speculation = speculationOf(serving);
  const published = speculation && publishedAcceptance(speculation);
  if (published === undefined || workload.kind === "trace") return [];
  const message = `drafts are accepted as in texts (${published.source}); prompts of random tokens, as load generators send them, accept fewer: state serving.speculation.acceptance as measured`;
  return [{ code: "acceptance-of-texts", message }];
}

/** Combinations that engines refuse; engine: ideal runs them. */
function engineProblems({ engine, serving }: Scenario, plan: Plan): Problem[] {
  if (engine === undefined || !Object.hasOwn(ENGINES, engine.name)) return [];
  const spec = speculationOf(serving)!;
  const degrees = { pipeline: plan.stages, dataGroups: plan.dataGroups, isTree: treeOf(spec) !== undefined };
  const name = engine.name as Engine["name"];
  const refused = draftRefusal(name, spec.kind, engine.version, degrees);
  const problems: Problem[] = refused === undefined ? [] : [{ path: KEY, ...refused, wanted: `${refused.wanted}; engine: ideal runs it` }];
  const unnamed = draftModelRefusal(name, engine.flags);
  if (unnamed !== undefined) problems.push({ ...unnamed, path: [...unnamed.path] });
  return problems;
}

/** A draft that is no model, or that the ranks of a data group cannot share. */
function draftProblems({ serving }: Scenario, plan: Plan, model: Scenario["model"]): Problem[] {
  const spec = speculationOf(serving)!;
  const draft = draftOf(model, serving);
  if (draft === undefined || !("draft" in spec) || spec.draft === undefined) return [];
  const path = [...KEY, "draft"];
  const problems: Problem[] = modelProblems(spec.draft).map((found) => ({ ...found, path: [...path, ...found.path.slice(1)] }));
  if (spec.draft.experts !== undefined)
    problems.push({ path: [...path, "experts"], given: "experts in a draft", wanted: "a dense draft: only that of mtp has experts" });
  if (problems.length > 0) return problems;
  const { mixers } = modelLayers(spec.draft);
  const uneven = mixers
    .flatMap(({ splits }) => splits)
    .find(({ size, replicated }) => size % plan.attentionTensor > 0 && replicated !== true);
  if (uneven !== undefined)
    problems.push({
      path,
      given: `${uneven.what} over ${plan.attentionTensor} ranks of a data group`,
      wanted: "a draft whose heads divide",
    });
  return problems;
}

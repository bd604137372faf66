import {
  draftRefusal,
  type Engine,
  type FlagValue,
  isOfDrafts,
  type Layout,
  type PresetNames,
  type Scenario,
  settingsBy,
} from "@tokenyard/scenario";
import type { ImportProblem } from "../place.ts";
import { hasDraftModules } from "../plan/models.ts";
import { draftsOf, isParallel, needsName, treeIn } from "./given.ts";

/** The flag that names a draft. */
const DRAFT_NAMES: Readonly<Record<Engine["name"], string>> = {
  vllm: "speculative-config.model",
  sglang: "speculative-draft-model-path",
  trtllm: "speculative_config.speculative_model",
};

/** The name of a draft that needs one; and drafts that the flags state and no key says, as they are. */
export function addDrafts(
  scenario: Scenario,
  engine: Engine,
  layout: Layout,
  names: PresetNames,
  stated: ReadonlyMap<string, FlagValue>,
  draft: string | undefined,
  given: Map<string, FlagValue>,
  problems: ImportProblem[],
): void {
  const drafts = draftsOf(scenario);
  const flag = DRAFT_NAMES[engine.name];
  if (drafts === undefined) {
    if (settingsBy(engine, stated, scenario, names, layout).has("serving.speculation.kind")) {
      for (const name of [...given.keys()]) if (isOfDrafts(name)) given.delete(name); // the scenario turns them off
    } else for (const [name, value] of stated) if (isOfDrafts(name)) given.set(name, value);
  } else if (!needsName(scenario)) given.delete(flag);
  else if (draft !== undefined) given.set(flag, draft);
  else if (!given.has(flag) && !problems.some(({ subject }) => subject === "--draft"))
    problems.push({
      subject: "--draft",
      given: `${drafts.kind} without the name of a draft`,
      wanted: "--draft with its name or path, as the engine is given it",
    });
}

/** Drafts that no launch of `engine` has, or not with such degrees. */
export function draftRefusals(
  scenario: Scenario,
  { name, title }: Engine,
  { pipeline, attention }: Layout,
  { model }: PresetNames,
): ImportProblem[] {
  const drafts = draftsOf(scenario);
  if (drafts === undefined) return [];
  const subject = "serving.speculation";
  const version = scenario.engine?.name === name ? scenario.engine.version : undefined;
  const refused = draftRefusal(name, drafts.kind, version, {
    pipeline,
    dataGroups: attention.data,
    isTree: treeIn(scenario) !== undefined,
  });
  if (refused !== undefined) return [{ subject, ...refused }];
  if (name === "vllm" && drafts.kind === "mtp" && !hasDraftModules(model))
    return [{ subject: `${subject}.kind`, given: `mtp, beside ${model}, which has no such module`, wanted: "ngram, suffix or eagle" }];
  if (isParallel(scenario) && (name === "sglang" || (name === "trtllm" && drafts.kind === "eagle")))
    return [{ subject: `${subject}.drafting`, given: `parallel, which no flag of ${title} says of ${drafts.kind}`, wanted: "sequential" }];
  if (drafts.depths !== undefined && name === "sglang")
    return [{ subject: `${subject}.depths`, given: "drafts by the batch, which SGLang does not have", wanted: "tokens alone" }];
  return [];
}

import type * as z from "zod";
import { frozen, isFrozenThrough } from "./frozen.ts";
import { withPolicyWords } from "./plugins/stand-ins.ts";
import { writtenFits } from "./presets/fits/known-fits.ts";
import { formatQuantity } from "./quantities/quantity.ts";
import { remembered } from "./schema/language/remembered.ts";
import { alternativesOf, childOf, fieldsOf, hasFreeKeys } from "./schema/language/structure.ts";
import { traitOf } from "./schema/language/trait.ts";
import { fitSchema } from "./schema/machines/fit.ts";
import { trafficFitSchema } from "./schema/machines/traffic-fit.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";

/**
 * The plain tree of a scenario file for `scenario`: keys in the order of the format, quantities as canonical text, every default written
 * out. `parseScenario` gives the same scenario back. A value that follows another one when it is not written (such as `precision.kvCache`)
 * stays unwritten, so that a change of the other still applies to it. For a fully frozen scenario it is computed once, and frozen too: a
 * study needs it for the key of a point, for its report and for those of its seeds.
 */
export function resolvedOf(scenario: Scenario): object {
  return isFrozenThrough(scenario) ? treeOf(scenario) : makeTree(scenario);
}

const treeOf = remembered((scenario: Scenario): object => frozen(makeTree(scenario)));

function makeTree(scenario: Scenario): object {
  return withPolicyWords(written(scenarioSchema, scenario) as object, scenario.policies);
}

/** A fit of a GPU's kernels, or of a network's traffic, as a resolved scenario has it. Throws where it is none. */
export function resolvedFit(fit: object, of: "kernels" | "traffic"): object {
  const schema: z.ZodType = of === "kernels" ? fitSchema() : trafficFitSchema();
  return written(schema, schema.parse(fit)) as object;
}

function written(schema: z.ZodType, value: unknown): unknown {
  const { write, unit, isFree } = writingOf(schema);
  if (write !== undefined) return write(value);
  if (unit !== undefined && typeof value === "number") return formatQuantity(value, unit);
  if (Array.isArray(value)) {
    const known = writtenFits(value);
    if (known !== undefined) return known;
    const element = childOf(schema, 0);
    return value.map((item) => (element === undefined ? item : written(element, item)));
  }
  if (typeof value !== "object" || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  const tree: Record<string, unknown> = {};
  for (const key of isFree ? Object.keys(map) : fieldsOf(schema, map["kind"]).keys()) {
    if (map[key] === undefined) continue;
    const child = childOf(schema, key, map["kind"]);
    if (child !== undefined) tree[key] = written(child, map[key]);
  }
  return tree;
}

/** How a value of `schema` is written. */
const writingOf = remembered((schema: z.ZodType) => {
  const alternatives = alternativesOf(schema);
  const unit = alternatives.map((each) => traitOf(each).unit).find((each) => each !== undefined);
  return { write: traitOf(schema).write, unit, isFree: hasFreeKeys(schema) };
});

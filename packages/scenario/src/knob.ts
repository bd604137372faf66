import * as z from "zod";
import { unknownPath } from "./assumed.ts";
import type { Problem } from "./problems/problem.ts";
import type { Unit } from "./quantities/units.ts";
import { alternativesOf, core, keysOfPath, pathsOf, schemaAt } from "./schema/language/structure.ts";
import { traitOf, unitOf } from "./schema/language/trait.ts";
import { scenarioSchema } from "./schema/scenario.ts";

/** Kind of value at a path of the format. A choice is the text of its kind; a drawn count is a number if it is fixed; a plug-in's is its own. */
export interface Knob {
  readonly type: "number" | "text" | "truth" | "other" | "own";
  /** Unit of a number; empty when it has none. */
  readonly unit: Unit | "";
}

/** The knob at `path`, such as `parallelism.tensor`; undefined if the path is not legal. */
export function knobOf(path: string): Knob | undefined {
  const keys = keysOfPath(scenarioSchema, path);
  const schema = schemaAt(scenarioSchema, keys);
  if (schema !== undefined) return knobAt(schema);
  const above = keys.at(-1) === "preset" ? schemaAt(scenarioSchema, keys.slice(0, -1)) : undefined;
  return above !== undefined && traitOf(above).preset !== undefined ? { type: "text", unit: "" } : undefined;
}

function knobAt(schema: z.ZodType): Knob {
  const alternatives = alternativesOf(schema);
  const unit = alternatives.map(unitOf).find((each) => each !== undefined);
  if (unit !== undefined) return { type: "number", unit };
  const inner = core(traitOf(schema).drawn ?? schema);
  if (inner instanceof z.ZodNumber) return { type: "number", unit: "" };
  if (inner instanceof z.ZodLiteral) return { type: typeof inner.value === "number" ? "number" : "text", unit: "" };
  if (inner instanceof z.ZodBoolean) return { type: "truth", unit: "" };
  const isText = inner instanceof z.ZodString || inner instanceof z.ZodEnum || inner instanceof z.ZodDiscriminatedUnion;
  return { type: isText ? "text" : "other", unit: "" };
}

/** Every path of the format, in its order; a choice gives the knobs of all its kinds. */
export function knobPaths(): string[] {
  return pathsOf(scenarioSchema);
}

/** The problem of a path that the format does not know, with the nearest that it does. */
export function unknownKnob(path: string): Problem {
  return unknownPath(keysOfPath(scenarioSchema, path), path);
}

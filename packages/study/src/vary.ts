import { knobOf, type Problem, Problems, unknownKnob } from "@tokenyard/scenario";
import { type Axis, axisOf } from "./axis.ts";
import type { ParameterValue } from "./point.ts";

/** What a study varies: paths of the scenario, each with a list of values or text with values and ranges (see `axisOf`). */
export type Vary = Readonly<Record<string, string | readonly ParameterValue[]>>;

/** The axes of `vary`, in its order. Throws all Problems at once. */
export function axesOf(vary: Vary): Axis[] {
  const problems: Problem[] = [];
  const axes = Object.entries(vary).flatMap(([path, given]) => {
    try {
      return [axisOf(path, given)];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new Problems(problems);
  return axes;
}

/** Reads `path=values` texts, as `--vary` takes them. Throws all Problems at once. */
export function varyOf(texts: readonly string[]): Vary {
  const problems: Problem[] = [];
  const vary: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    const path = text.slice(0, Math.max(0, equals)).trim();
    const wrong = (wanted: string) => problems.push({ path: [], given: text, wanted });
    if (path === "") wrong("path=values, such as parallelism.tensor=1,2,4");
    else if (Object.hasOwn(vary, path)) wrong(`${path} once, with all its values`);
    else if (knobOf(path) === undefined) problems.push({ ...unknownKnob(path), given: `unknown path ${path}` });
    else vary[path] = text.slice(equals + 1);
  }
  if (problems.length > 0) throw new Problems(problems);
  return vary;
}

import { type Knob, knobsOf, type Problem, Problems, unknownKnob } from "@tokenyard/scenario";
import { type Axis, axisOf } from "./axis.ts";
import type { ParameterValue } from "./point.ts";
import { tried } from "./tried.ts";

/** Parameters to vary: paths of the scenario, each with a list of values or text with values and ranges (see `axisOf`). */
export type Vary = Readonly<Record<string, string | readonly ParameterValue[]>>;

/** The axes of `vary`, in its order, at paths of `knobAt`; the problems of those that are none go into `problems`. */
export function axesOf(vary: Vary, problems: Problem[], knobAt?: (path: string) => Knob | undefined): Axis[] {
  return Object.entries(vary).flatMap(([path, given]) => tried(problems, () => axisOf(path, given, knobAt)) ?? []);
}

/** Parses `path=values` texts of `--vary`. Faults are added to `problems`; without that argument, all are thrown at once. */
export function varyOf(texts: readonly string[], problems?: Problem[]): Vary {
  const found: Problem[] = problems ?? [];
  const vary: Record<string, string> = {};
  const knobAt = knobsOf(undefined);
  for (const text of texts) {
    const equals = text.indexOf("=");
    const path = text.slice(0, Math.max(0, equals)).trim();
    const wrong = (wanted: string) => found.push({ path: [], given: text, wanted });
    if (path === "") wrong("path=values, such as parallelism.tensor=1,2,4");
    else if (Object.hasOwn(vary, path)) wrong(`${path} once, with all its values`);
    else if (knobAt(path) === undefined) found.push({ ...unknownKnob(path), given: `unknown path ${path}` });
    else vary[path] = text.slice(equals + 1);
  }
  if (problems === undefined && found.length > 0) throw new Problems(found);
  return vary;
}

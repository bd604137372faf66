import type { Compared, FormatErrors, RowErrors } from "@tokenyard/study";
import { counted, grouped } from "../terminal/amount.ts";

const HALVES = ["attention", "dense", "experts"] as const;

/** How the line on a number that is not finite begins. */
export const NOT_FINITE = "Not finite: ";

/** Lines on the effect of rounding to the formats of a plan, on the plan and on one device. */
export function formatLines({ formats, divided, rounded, notFinite, saturated }: FormatErrors): string[] {
  return [
    ...formats,
    "The plan beside one device in the same formats",
    ...comparedLines(divided),
    "One device in these formats beside double precision",
    ...comparedLines(rounded),
    ...(saturated === 0 ? [] : [`${counted(saturated, "number")} of caches over the largest of the format, which they became`]),
    ...(notFinite === null ? [] : [`${NOT_FINITE}${notFinite}`]),
  ];
}

function comparedLines({ rows, routings, outputs, divergence }: Compared): string[] {
  const halves = HALVES.flatMap((half) => {
    const own = rows.filter((each) => each.half === half);
    return own.length === 0 ? [] : [`  behind ${half}: ${errorsText(own)}`];
  });
  const departed = routings.all - routings.same;
  const nearText = `${grouped(routings.near)} of the others hang on less than a rounding; first ${routings.first}`;
  return [
    ...halves,
    ...(routings.all === 0
      ? []
      : [`  experts: ${grouped(routings.same)} of ${counted(routings.all, "choice")} the same${departed === 0 ? "" : `; ${nearText}`}`]),
    ...(outputs.all === 0 ? [] : [`  outputs: ${grouped(outputs.same)} of ${counted(outputs.all, "token")} the same`]),
    ...(divergence === null
      ? []
      : [
          `  logits: KL divergence ${small(divergence.mean)} in the mean and ${small(divergence.most)} at most, of ${counted(divergence.outputs, "output")}`,
        ]),
  ];
}

function errorsText(rows: readonly RowErrors[]): string {
  const worst = rows.reduce((most, each) => (each.largest > most.largest ? each : most));
  const mean = rows.reduce((sum, each) => sum + each.mean, 0) / rows.length;
  return `largest ${small(worst.largest)} of a layer's largest number, ${worst.steps.toPrecision(2)} steps there, in layer ${worst.layer}; mean ${small(mean)}`;
}

function small(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

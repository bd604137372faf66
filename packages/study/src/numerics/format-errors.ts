import { executing, Formats, type Load, type ModelWeights, programsOf, roundedWeights } from "@tokenyard/numerics";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { type Compared, Comparison } from "./comparison.ts";
import { OneDevice } from "./one-device.ts";

/** Effect of rounding to the formats of a plan. Weights are random: a proxy, without any statement on the quality of answers. */
export interface FormatErrors {
  /** Descriptions by format: `fp8 experts, dispatch`. */
  readonly formats: readonly string[];
  /** The plan beside one device in the same formats: the effect of dividing the work. */
  readonly divided: Compared;
  /** One device in these formats beside double precision: the effect of the formats. */
  readonly rounded: Compared;
  /** Place where the first infinite or undefined number was computed. */
  readonly notFinite: string | null;
  /** Numbers of the plan's caches that were larger than the largest of their format, which they became. */
  readonly saturated: number;
}

/** Executes the plan and one device in the formats of `scenario`, beside `exact`: the device in double precision. Yields visits. */
export function* formatErrors(
  scenario: Scenario,
  plan: Plan,
  weights: ModelWeights,
  load: Load,
  exact: OneDevice,
): Generator<number, FormatErrors, void> {
  const { model, cluster } = scenario;
  const formats = new Formats(model, cluster.gpu);
  const ofDevice = new Formats(model, cluster.gpu);
  const own = roundedWeights(weights, formats);
  const rounding = new Comparison(model, exact, formats);
  const device = yield* OneDevice.executing(scenario, own, load, { formats: ofDevice, ...rounding.options });
  const dividing = new Comparison(model, device, formats);
  const execution = yield* executing(programsOf(scenario, plan), { scenario, plan }, own, load, { formats, ...dividing.options });
  return {
    formats: formats.names(),
    divided: dividing.compared(execution, load),
    rounded: rounding.compared(device.execution, load),
    notFinite: device.execution.notFinite ?? execution.notFinite,
    saturated: formats.saturated,
  };
}

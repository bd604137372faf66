import { drawnInputs, executable, type Load, modelWeights, passesOf, smallLoad, smallScenario, toEnd } from "@tokenyard/numerics";
import { compilePlan } from "@tokenyard/placement";
import { type Stream, Streams } from "@tokenyard/random";
import { counted, numericTargetsOf, type Scenario } from "@tokenyard/scenario";
import { type Drops, dropsOf } from "./drops.ts";
import { type ExecutedBeside, executedBeside } from "./executed-beside.ts";
import { type FormatErrors, formatErrors } from "./format-errors.ts";
import { type NumericOutcome, numericOutcome } from "./numeric-target.ts";
import { OneDevice } from "./one-device.ts";
import { type VerifyProgress, VerifySteps } from "./verify-steps.ts";

export interface VerifyOptions {
  /** Uses the scenario's own sizes. */
  readonly full?: boolean;
  /** Skips ops of this work, to show the resulting message. */
  readonly leaveOut?: string;
  /** Executes it a second time in the formats of the scenario, rounded where numbers are stored or sent. */
  readonly formats?: boolean;
  /** Multiply-adds of one device, at most: the load is cut to these; if unset: 2 · 10⁹. */
  readonly most?: number;
  /** Called after each visit to a stage. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** Whether a plan computes the same as one device, and moves what the simulator prices. */
export interface Verification extends Omit<ExecutedBeside, "isRight" | "isPriced"> {
  readonly name: string;
  readonly seed: number;
  readonly verdict: "passed" | "passed in part" | "failed";
  readonly ranks: number;
  readonly stages: number;
  /** Number of tokens, and of passes through the stages. */
  readonly tokens: number;
  readonly passes: number;
  /** Effect of the capacity of experts; null if it drops nothing. */
  readonly drops: Drops | null;
  /** Errors of formats, if requested or needed by targets. */
  readonly formats: FormatErrors | null;
  /** Targets of numerics, of the plan in its formats beside one device in the same. */
  readonly targets: readonly NumericOutcome[];
  readonly shrunk: readonly string[];
  readonly leftOut: string | null;
}

/** Executes the plan of `given` with random weights, in double precision, beside one device. */
export function verify(given: Scenario, { onProgress, ...options }: VerifyOptions = {}): Verification {
  return toEnd(verifying(given, options), onProgress);
}

/** `verify` step by step: yields how far it is after each visit to a stage. */
export function* verifying(
  given: Scenario,
  { full = false, leaveOut, formats = false, most }: Omit<VerifyOptions, "onProgress"> = {},
): Generator<VerifyProgress, Verification, void> {
  const { scenario: whole, leftOut: notExecuted, dropping, cutsPrompts } = executable(given);
  const { scenario, changes } = full ? { scenario: whole, changes: [] } : smallScenario(whole);
  const plan = compilePlan(scenario);
  const streams = new Streams(scenario.seed).under("numerics");
  const { load, text } = loadOf(scenario, plan.dataGroups * plan.replicas, cutsPrompts, streams, most);
  const weights = modelWeights(scenario.model, streams.under("weights"));
  const targets = numericTargetsOf(given);
  const drops = leaveOut === undefined ? dropping : undefined;
  const hasFormats = (formats || targets.length > 0) && leaveOut === undefined;
  const steps = new VerifySteps(plan, load, drops !== undefined, hasFormats);
  const device = yield* steps.of("one device", OneDevice.executing(scenario, weights, load));
  const beside = yield* steps.of("the plan", executedBeside(device, { scenario, plan, weights, load, leaveOut }));
  const wanted = device.execution.tokens;
  const withDrops = drops && dropsOf({ ...scenario, routing: drops }, weights, load, wanted);
  const dropped = withDrops && (yield* steps.of("the plan, with drops", withDrops));
  const ofFormats = hasFormats ? yield* steps.of("in its formats", formatErrors(scenario, plan, weights, load, device)) : null;
  const { unverified, isRight, isPriced, ...found } = beside;
  const outcomes = ofFormats === null ? [] : targets.map(([name, target]) => numericOutcome(name, target, ofFormats.divided));
  const holds = isRight && isPriced && (dropped?.wrong ?? 0) === 0 && outcomes.every(({ met }) => met);
  const isPart = notExecuted.length + unverified.length > 0;
  return {
    name: given.name,
    seed: scenario.seed,
    verdict: !holds ? "failed" : isPart ? "passed in part" : "passed",
    ranks: plan.ranks,
    stages: plan.stages,
    tokens: load.prompts.reduce((sum, prompt) => sum + prompt + load.outputs - 1, 0),
    passes: passesOf(load).length,
    ...found,
    drops: dropped ?? null,
    formats: ofFormats,
    targets: outcomes,
    shrunk: [...changes, text],
    unverified: [...notExecuted, ...unverified],
    leftOut: leaveOut ?? null,
  };
}

/** Prompts of unlike lengths, with a note on their number. */
function loadOf(
  scenario: Scenario,
  groups: number,
  cutsPrompts: boolean,
  streams: Streams,
  most?: number,
): { readonly load: Load; readonly text: string } {
  const { sequences, prompt, outputs } = smallLoad(scenario, groups, most);
  const stream: Stream = streams.fresh("lengths");
  const prompts = Array.from({ length: sequences }, () => Math.max(1, prompt - Math.floor((stream.next() * prompt) / 2)));
  const inputs = drawnInputs(scenario.model, prompts, streams.under("prompts"));
  const text = `${counted(sequences, "sequence")} of up to ${counted(prompt, "token")} and ${counted(outputs, "output")}, in place of the load`;
  if (!cutsPrompts) return { load: { prompts, outputs, inputs }, text };
  const chunk = Math.ceil(prompt / 3);
  return { load: { prompts, outputs, inputs, chunk }, text: `${text}; prompts in chunks of ${counted(chunk, "token")}` };
}

import { parametersOf } from "@tokenyard/model";
import {
  drawnInputs,
  executable,
  execute,
  findingText,
  isExecuted,
  type Load,
  modelWeights,
  passesOf,
  programsOf,
  smallLoad,
  smallScenario,
} from "@tokenyard/numerics";
import { compilePlan } from "@tokenyard/placement";
import type { Work } from "@tokenyard/program";
import { type Stream, Streams } from "@tokenyard/random";
import { counted, grouped, nearest, numericTargetsOf, type Problem, type Scenario } from "@tokenyard/scenario";
import { type CountedWork, WorkCounter } from "./counted-work.ts";
import { type Drops, dropsOf, sameOutputs } from "./drops.ts";
import { type FormatErrors, formatErrors } from "./format-errors.ts";
import { type Held, heldCaches, heldWeights } from "./held.ts";
import { type NumericOutcome, numericOutcome } from "./numeric-target.ts";
import { OneDevice } from "./one-device.ts";

/** Largest difference from one device that double precision explains, over the largest number of the layer. */
export const MOST_ERROR = 1e-12;

export interface VerifyOptions {
  /** Uses the scenario's own sizes. */
  readonly full?: boolean;
  /** Skips ops of this work, to show the resulting message. */
  readonly leaveOut?: string;
  /** Executes it a second time in the formats of the scenario, rounded where numbers are stored or sent. */
  readonly formats?: boolean;
}

/** Whether a plan computes the same as one device, and moves what the simulator prices. */
export interface Verification {
  readonly name: string;
  readonly seed: number;
  readonly verdict: "passed" | "passed in part" | "failed";
  readonly ranks: number;
  readonly stages: number;
  /** Tokens, and passes through the stages. */
  readonly tokens: number;
  readonly passes: number;
  /** Against one device: the largest difference of a row, tokens of output that are the same, and choices of experts that are. */
  readonly error: number;
  readonly outputs: { readonly same: number; readonly all: number };
  readonly routings: { readonly same: number; readonly all: number };
  /** Effect of the capacity of experts; null if it drops nothing. */
  readonly drops: Drops | null;
  /** Errors of formats, if requested or needed by targets. */
  readonly formats: FormatErrors | null;
  /** Targets of numerics, of the plan in its formats beside one device in the same. */
  readonly targets: readonly NumericOutcome[];
  /** The first difference: where the numbers depart, and which parts sums lack. */
  readonly departure: string | null;
  readonly findings: readonly string[];
  readonly works: readonly CountedWork[];
  readonly weights: Held;
  readonly caches: Held;
  /** Prices that are meant to differ, with their formulas. */
  readonly meant: readonly { readonly name: string; readonly formula: string; readonly bytes: number; readonly flops: number }[];
  readonly shrunk: readonly string[];
  /** Mechanisms that were not executed: the verdict holds without them. */
  readonly unverified: readonly string[];
  readonly leftOut: string | null;
}

/** Findings that are listed. */
const MOST_FINDINGS = 10;

/** Bytes of double-precision weights and caches that a run may hold. */
const MOST_BYTES = 4e9;

/** Problems of `options` for this scenario, and of sizes that are too large for numbers. */
export function verifyProblems(given: Scenario, { full = false, leaveOut, formats = false }: VerifyOptions = {}): Problem[] {
  const { scenario: whole } = executable(given);
  const { scenario } = full ? { scenario: whole } : smallScenario(whole);
  const plan = compilePlan(scenario);
  const problems: Problem[] = [];
  if (formats && leaveOut !== undefined)
    problems.push({
      path: ["--formats"],
      given: "beside --leave-out",
      wanted: "one of them: what is missing is found in double precision",
    });
  if (leaveOut !== undefined) {
    const works = [...new Set(programsOf(scenario, plan).flatMap((slices) => slices.flatMap(({ ops }) => ops.map(({ work }) => work))))];
    if (!works.some((work) => work === leaveOut && doesSomething(work))) {
      const executed = works.filter(doesSomething);
      const suggestion = nearest(leaveOut, executed);
      problems.push({
        path: ["--leave-out"],
        given: leaveOut,
        wanted: `an op that is executed: ${executed.join(", ")}`,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
  }
  const { total } = parametersOf(scenario.model);
  const bytes = 8 * total * (1 + plan.replicas); // one device's, and the shards of each replica
  if (bytes > MOST_BYTES) {
    const wanted = `at most ${MOST_BYTES / 1e9} GB of weights in double precision`;
    const size = `${(bytes / 1e9).toPrecision(3)} GB for ${plan.replicas + 1} copies of ${grouped(total)} weights`;
    if (full) problems.push({ path: ["--full"], given: size, wanted: `${wanted}; without --full sizes are made small` });
    else
      problems.push({
        path: ["model"],
        given: size,
        wanted: `${wanted} once its sizes are made small: fewer layers or experts, or fewer replicas`,
      });
  }
  return problems;
}

/** Whether `work` moves or multiplies anything: a host does not, nor do mechanisms that are not executed. */
function doesSomething(work: Work): boolean {
  return work !== "host" && isExecuted(work);
}

/** Executes the plan of `given` with random weights, in double precision, beside one device. */
export function verify(given: Scenario, { full = false, leaveOut, formats = false }: VerifyOptions = {}): Verification {
  const { scenario: whole, leftOut: notExecuted, dropping } = executable(given);
  const { scenario, changes } = full ? { scenario: whole, changes: [] } : smallScenario(whole);
  const plan = compilePlan(scenario);
  const streams = new Streams(scenario.seed).under("numerics");
  const { load, text } = loadOf(scenario, plan.dataGroups * plan.replicas, streams);
  const weights = modelWeights(scenario.model, streams.under("weights"));
  const device = new OneDevice(scenario, weights, load);
  const counter = new WorkCounter(scenario, plan);
  let error = 0;
  let departure: string | null = null;
  const routings = { same: 0, all: 0 };
  const execution = execute(programsOf(scenario, plan), { scenario, plan }, weights, load, {
    ...(leaveOut === undefined ? {} : { leavesOut: ({ work }) => work === leaveOut }),
    observe: ({ tokens, rank }, layer, half, row, numbers, at) => {
      const off = device.differenceOf(tokens.id[row]!, layer, half, numbers, at);
      error = Math.max(error, off); // NaN stays
      if (departure !== null || off <= MOST_ERROR) return;
      const place = ["the attention", "the dense feed-forward", "the experts"][half];
      departure = `rank ${rank.id}, behind ${place} of layer ${layer}, token ${tokens.id[row]}: off by ${off.toExponential(1)}`;
    },
    executed: (executed) => {
      if (leaveOut === undefined) counter.add(executed);
      const { op, stage } = executed;
      if (op.work !== "gate") return;
      for (const { tokens, choices, gateFrom, gateTo } of stage.visits) {
        const topK = scenario.model.experts!.topK;
        for (let row = gateFrom; row < gateTo; row++) {
          routings.all++;
          const own = choices!.experts.subarray((row - gateFrom) * topK, (row - gateFrom + 1) * topK);
          if (device.choosesAlike(tokens.id[row]!, op.layer, own)) routings.same++;
        }
      }
    },
  });
  const outputs = sameOutputs(execution.tokens, device.execution.tokens, load);
  const drops =
    dropping === undefined || leaveOut !== undefined
      ? null
      : dropsOf({ ...scenario, routing: dropping }, weights, load, device.execution.tokens);
  const targets = numericTargetsOf(given);
  const ofFormats = (formats || targets.length > 0) && leaveOut === undefined ? formatErrors(scenario, plan, weights, load, device) : null;
  const works = counter.counted();
  const caches = heldCaches(scenario, plan, execution, load);
  const held = heldWeights(scenario, plan, execution);
  const unverified = [
    ...notExecuted,
    ...[...execution.unverified].map(([work, layers]) => `${work}${layers.has(-1) ? "" : ` in ${layersText([...layers])}`}`),
  ];
  const isOther = execution.unverified.size > 0; // its weights and caches are not there
  const outcomes = ofFormats === null ? [] : targets.map(([name, target]) => numericOutcome(name, target, ofFormats.divided));
  const isMet = outcomes.every(({ met }) => met);
  const isRight = error <= MOST_ERROR && outputs.same === outputs.all && routings.same === routings.all && execution.findings.length === 0;
  const isPriced =
    works.every(({ wrong }) => wrong === 0) && (drops?.wrong ?? 0) === 0 && (isOther || (caches.wrong === 0 && held.wrong === 0));
  return {
    name: given.name,
    seed: scenario.seed,
    verdict: !isRight || !isPriced || !isMet ? "failed" : unverified.length > 0 ? "passed in part" : "passed",
    ranks: plan.ranks,
    stages: plan.stages,
    tokens: load.prompts.reduce((sum, prompt) => sum + prompt + load.outputs - 1, 0),
    passes: passesOf(load).length,
    error,
    outputs,
    routings,
    drops,
    formats: ofFormats,
    targets: outcomes,
    departure,
    findings: execution.findings.slice(0, MOST_FINDINGS).map(findingText),
    works,
    weights: held,
    caches,
    meant: [...counter.meant].map(([name, each]) => ({ name, ...each })).filter(({ bytes, flops }) => bytes > 0 || flops > 0),
    shrunk: [...changes, text],
    unverified,
    leftOut: leaveOut ?? null,
  };
}

/** Prompts of unlike lengths, with a note on their number. */
function loadOf(scenario: Scenario, groups: number, streams: Streams): { readonly load: Load; readonly text: string } {
  const { sequences, prompt, outputs } = smallLoad(scenario, groups);
  const stream: Stream = streams.fresh("lengths");
  const prompts = Array.from({ length: sequences }, () => Math.max(1, prompt - Math.floor((stream.next() * prompt) / 2)));
  const inputs = drawnInputs(scenario.model, prompts, streams.under("prompts"));
  const text = `${counted(sequences, "sequence")} of up to ${counted(prompt, "token")} and ${counted(outputs, "output")}, in place of the load`;
  return { load: { prompts, outputs, inputs }, text };
}

function layersText(layers: readonly number[]): string {
  const shown = layers.slice(0, 8).join(", ");
  return `${layers.length === 1 ? "layer" : "layers"} ${shown}${layers.length > 8 ? ` and ${layers.length - 8} more` : ""}`;
}

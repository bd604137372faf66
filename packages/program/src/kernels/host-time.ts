import { nsFromSeconds } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { draftsInOnePass, mostDraftsOf, type ServingSpec, speculationOf } from "@tokenyard/scenario";

/** Seconds of the host: before the kernels of a visit to a stage, and before the scheduler knows of a request. Source: docs/models/scheduling.md#host-time. */
export interface StepOverhead {
  readonly step: number;
  readonly layer: number;
  readonly request: number;
  readonly promptStep: number;
  /** Host time of each layer in a step with prompts and more than `capturedTokens` tokens. */
  readonly promptLayer: number;
  readonly capturedTokens: number;
  readonly prompt: number;
  readonly promptToken: number;
  /** Factor on the time of kernels in a step with prompts. */
  readonly promptKernels: number;
  readonly verify: number;
  readonly draft: number;
  readonly arrival: number;
  readonly arrivalToken: number;
}

export function stepOverheadOf({ stepOverhead }: ServingSpec): StepOverhead {
  const {
    step = 0,
    layer = 0,
    request = 0,
    promptStep = 0,
    promptLayer = 0,
    capturedTokens = 0,
    prompt = 0,
    promptToken = 0,
    promptKernels = 0,
    verify = 0,
    draft = 0,
    arrival = 0,
    arrivalToken = 0,
  } = stepOverhead ?? {};
  return {
    step,
    layer,
    request,
    promptStep,
    promptLayer,
    capturedTokens,
    prompt,
    promptToken,
    promptKernels,
    verify,
    draft,
    arrival,
    arrivalToken,
  };
}

/** The parts of a plan that the host's time depends on. */
type HostPlan = Pick<Plan, "dataGroups" | "slicesOfStage">;

/** Host time before the kernels of a visit to a stage, and the numbers of a pass that it depends on. */
export class HostTime {
  /** Whether it differs by phase. */
  readonly isByPhase: boolean;
  readonly #overhead: StepOverhead;
  readonly #slicesOfStage: HostPlan["slicesOfStage"];
  /** [data groups] sequences, then prompts and then their tokens, each where their number makes a difference */
  readonly #counts: Float64Array;
  readonly #countsPrompts: boolean;
  readonly #countsTokens: boolean;
  readonly #countsVerified: boolean;
  /** Passes of the draft after a step, at most. */
  readonly #mostDraftPasses: number;

  private constructor(overhead: StepOverhead, { dataGroups, slicesOfStage }: HostPlan, mostDraftPasses: number) {
    this.#overhead = overhead;
    this.#slicesOfStage = slicesOfStage;
    this.isByPhase = overhead.promptStep > 0 || overhead.promptLayer > 0;
    this.#countsPrompts = overhead.prompt > 0;
    this.#countsTokens = overhead.promptToken > 0;
    this.#countsVerified = overhead.verify > 0;
    this.#mostDraftPasses = mostDraftPasses;
    const columns = 1 + Number(this.#countsPrompts) + Number(this.#countsTokens) + Number(this.#countsVerified);
    this.#counts = new Float64Array(columns * dataGroups);
  }

  /** Undefined if the host takes no time. */
  static of(serving: ServingSpec, plan: HostPlan): HostTime | undefined {
    const overhead = stepOverheadOf(serving);
    const { step, layer, request, promptStep, promptLayer, prompt, promptToken, verify, draft } = overhead;
    const any = step + layer + request + promptStep + promptLayer + prompt + promptToken + verify + draft;
    return any > 0 ? new HostTime(overhead, plan, mostDraftPassesOf(serving)) : undefined;
  }

  /** How many numbers `countsOf` gives. */
  get counts(): number {
    return this.#counts.length;
  }

  /** Numbers that it depends on beside layers, phase and drafts; the same array each time. */
  countsOf(pass: Pass): Float64Array {
    const groups = pass.sequences.length;
    for (let g = 0; g < groups; g++) this.#counts[g] = pass.sequences[g]!;
    let at = groups;
    if (this.#countsPrompts) for (let g = 0; g < groups; g++) this.#counts[at++] = endedPrompts(pass, g);
    if (this.#countsTokens) for (let g = 0; g < groups; g++) this.#counts[at++] = promptTokens(pass, g);
    if (this.#countsVerified) for (let g = 0; g < groups; g++) this.#counts[at++] = Number(isVerifying(pass, g));
    return this.#counts;
  }

  /**
   * Fills `out` [ranks] with the nanoseconds on each rank of stage number `stage`, for a visit that runs the layers of slice number `slice` of it,
   * and the sequences of the rank's data group. A draft follows the last slice of the last stage.
   */
  fillNs(stage: number, slice: number, pass: Pass, out: Float64Array): void {
    const slices = this.#slicesOfStage;
    const layers = slices[stage]![slice]!.length;
    const isLast = stage === slices.length - 1 && slice === slices[stage]!.length - 1;
    const { step, layer, request, promptStep, promptLayer, capturedTokens, prompt, promptToken, verify, draft } = this.#overhead;
    const { sequences } = pass;
    const ranksPerGroup = out.length / sequences.length;
    let ofAll = step + layer * layers;
    if (pass.phase === 0) ofAll += promptStep;
    if (promptLayer > 0 && isLaunchedApart(pass, capturedTokens)) ofAll += promptLayer * layers;
    if (verify > 0 && anyVerifies(pass)) ofAll += verify;
    if (isLast && draft > 0) ofAll += draft * Math.min(draftsAfter(pass), this.#mostDraftPasses);
    for (let rank = 0, group = 0; rank < out.length; group++) {
      const ofPrompts = prompt * endedPrompts(pass, group) + promptToken * promptTokens(pass, group);
      const ns = nsFromSeconds(ofAll + request * sequences[group]! + ofPrompts);
      for (let i = 0; i < ranksPerGroup; i++) out[rank++] = ns;
    }
  }
}

/** Passes that the draft of `serving` makes on the GPU after a step, at most: none of n-grams, and one where it makes all drafts at once. */
function mostDraftPassesOf(serving: ServingSpec): number {
  const speculation = speculationOf(serving);
  if (speculation === undefined || speculation.kind === "ngram" || speculation.kind === "suffix") return 0;
  return draftsInOnePass(speculation) ? 1 : mostDraftsOf(speculation);
}

function isVerifying({ decoding }: Pass, group: number): boolean {
  return decoding !== undefined && decoding.newTokens[group]! > decoding.sequences[group]!;
}

/** One data group that verifies delays all. */
function anyVerifies(pass: Pass): boolean {
  for (let group = 0; group < pass.sequences.length; group++) if (isVerifying(pass, group)) return true;
  return false;
}

/** Drafts that the data group with most has after `pass`. */
function draftsAfter({ drafts }: Pass): number {
  let most = 0;
  for (let group = 0; group < (drafts?.length ?? 0); group++) most = Math.max(most, drafts![group]!);
  return most;
}

/** Whether a pass with prompts has more tokens in a data group than graphs hold: one group leaves them for all. */
function isLaunchedApart({ phase, newTokens }: Pass, capturedTokens: number): boolean {
  if (phase === 1) return false;
  for (let group = 0; group < newTokens.length; group++) if (newTokens[group]! > capturedTokens) return true;
  return false;
}

/** Prompts of a data group whose last token `pass` computes: each once, but for those that are computed again. */
export function endedPrompts({ phase, outputs, decoding }: Pass, group: number): number {
  return phase === 1 ? 0 : outputs[group]! - (decoding?.newTokens[group] ?? 0);
}

/** Tokens of prompts that `pass` computes for a data group, those that are computed again among them. */
function promptTokens({ phase, newTokens, decoding }: Pass, group: number): number {
  return phase === 1 ? 0 : newTokens[group]! - (decoding?.newTokens[group] ?? 0);
}

import { nsFromSeconds } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { ServingSpec } from "@tokenyard/scenario";

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
    arrival = 0,
    arrivalToken = 0,
  } = stepOverhead ?? {};
  return { step, layer, request, promptStep, promptLayer, capturedTokens, prompt, promptToken, promptKernels, arrival, arrivalToken };
}

/** Host time before the kernels of a visit to a stage, and the numbers of a pass that it depends on. */
export class HostTime {
  /** Whether it differs by phase. */
  readonly isByPhase: boolean;
  readonly #overhead: StepOverhead;
  /** [data groups] sequences, then prompts and then their tokens, each where their number makes a difference */
  readonly #counts: Float64Array;
  readonly #countsPrompts: boolean;
  readonly #countsTokens: boolean;

  private constructor(overhead: StepOverhead, dataGroups: number) {
    this.#overhead = overhead;
    this.isByPhase = overhead.promptStep > 0 || overhead.promptLayer > 0;
    this.#countsPrompts = overhead.prompt > 0;
    this.#countsTokens = overhead.promptToken > 0;
    this.#counts = new Float64Array((1 + Number(this.#countsPrompts) + Number(this.#countsTokens)) * dataGroups);
  }

  /** Undefined if the host takes no time. */
  static of(serving: ServingSpec, dataGroups: number): HostTime | undefined {
    const overhead = stepOverheadOf(serving);
    const { step, layer, request, promptStep, promptLayer, prompt, promptToken } = overhead;
    return step + layer + request + promptStep + promptLayer + prompt + promptToken > 0 ? new HostTime(overhead, dataGroups) : undefined;
  }

  /** How many numbers `countsOf` gives. */
  get counts(): number {
    return this.#counts.length;
  }

  /** Numbers that it depends on beside layers and phase; the same array each time. */
  countsOf(pass: Pass): Float64Array {
    const groups = pass.sequences.length;
    for (let g = 0; g < groups; g++) this.#counts[g] = pass.sequences[g]!;
    let at = groups;
    if (this.#countsPrompts) for (let g = 0; g < groups; g++) this.#counts[at++] = endedPrompts(pass, g);
    if (this.#countsTokens) for (let g = 0; g < groups; g++) this.#counts[at++] = promptTokens(pass, g);
    return this.#counts;
  }

  /**
   * Fills `out` [ranks] with the nanoseconds on each rank of a stage, for a visit that runs `layers` layers and the sequences of the rank's
   * data group.
   */
  fillNs(layers: number, pass: Pass, out: Float64Array): void {
    const { step, layer, request, promptStep, promptLayer, capturedTokens, prompt, promptToken } = this.#overhead;
    const { sequences } = pass;
    const ranksPerGroup = out.length / sequences.length;
    let ofAll = step + layer * layers;
    if (pass.phase === 0) ofAll += promptStep;
    if (promptLayer > 0 && isLaunchedApart(pass, capturedTokens)) ofAll += promptLayer * layers;
    for (let rank = 0, group = 0; rank < out.length; group++) {
      const ofPrompts = prompt * endedPrompts(pass, group) + promptToken * promptTokens(pass, group);
      const ns = nsFromSeconds(ofAll + request * sequences[group]! + ofPrompts);
      for (let i = 0; i < ranksPerGroup; i++) out[rank++] = ns;
    }
  }
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

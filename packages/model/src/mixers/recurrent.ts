import type { Precision } from "@tokenyard/scenario";
import { bytesOf } from "../layers/bytes.ts";
import { type LinearShape, plainLinear, type Recurrence, type ScanShape } from "../layers/kernel.ts";
import { noCore } from "./core.ts";
import { ALL_TOKENS, type KeptBytes, type KeptFormats, type Mixer, type MixerFormats, type MixerKernels, type Split } from "./mixer.ts";

/** Sizes of a mixer with a state in place of a cache, on one rank. */
export interface RecurrentSizes {
  /** Matrices on the hidden size, by their outputs: those that come first. */
  readonly inputs: readonly number[];
  /** Further matrices on the results of the first ones: inputs × outputs. */
  readonly inner: readonly (readonly [number, number])[];
  /** Inputs of the output matrix. */
  readonly outputs: number;
  /** Channels of the convolution. */
  readonly channels: number;
  /** Heads that each have a state. */
  readonly heads: number;
  /** Numbers of the state. */
  readonly state: number;
  /** FLOPs of a token that decodes, and of one of a prompt in chunks. */
  readonly decodeFlops: number;
  readonly promptFlops: number;
}

/** A mixer whose heads have a state each: no work grows with the context. */
export interface RecurrentKind {
  readonly rule: Recurrence;
  readonly heads: number;
  readonly what: string;
  readonly taps: number;
  readonly stateFormat: Precision | undefined;
  readonly chunkTokens: number;
  /** Bytes of a number of the state between two chunks of a prompt. */
  readonly chunkStateBytes: number;
  /** Sizes on one of `tensor` ranks. */
  sizes(tensor: number): RecurrentSizes;
}

/** Linear attention and state-space layers: a convolution, then a scan over the state. Tensor parallelism splits heads. Source: docs/models/mixers.md#recurrent-mixers. */
export class RecurrentMixer implements Mixer {
  readonly part = "linear";
  readonly splits: readonly Split[];
  readonly #hiddenSize: number;
  readonly #kind: RecurrentKind;

  constructor(hiddenSize: number, kind: RecurrentKind) {
    this.#hiddenSize = hiddenSize;
    this.#kind = kind;
    this.splits = [{ what: `${kind.heads} ${kind.what}`, size: kind.heads }];
  }

  kernels(tensor: number, formats: MixerFormats): MixerKernels {
    const sizes = this.#kind.sizes(tensor);
    const inputs = plainLinear(this.#hiddenSize, sum(sizes.inputs), formats);
    const inner = sizes.inner.map(([from, to]) => plainLinear(from, to, formats));
    const output = plainLinear(sizes.outputs, this.#hiddenSize, formats.output ?? formats);
    return {
      projections: [inputs, ...inner],
      compressedNorms: [],
      prefill: { expansions: [], core: noCore("attention-prefill", formats), beside: [], scans: this.#scans(sizes, formats, false) },
      decode: { before: [], core: noCore("attention-decode", formats), beside: [], scans: this.#scans(sizes, formats, true), after: [] },
      sight: ALL_TOKENS,
      output,
      keysValues: [],
      matrices: [inputs, ...inner, output, this.#convolution(sizes, formats)],
    };
  }

  kept(tensor: number, { activationBytes }: KeptFormats): KeptBytes {
    const { taps } = this.#kind;
    const { state, channels } = this.#kind.sizes(tensor);
    const inputs = (taps - 1) * channels * activationBytes;
    const all = state * this.#stateBytes(activationBytes) + inputs;
    return { token: 0, windows: [], state: all, resumed: all };
  }

  /** Weights of the convolution, which nothing quantises. */
  #convolution({ channels }: RecurrentSizes, { activationBytes, corePrecision }: MixerFormats): LinearShape {
    return plainLinear(this.#kind.taps, channels, { weightBytes: activationBytes, activationBytes, precision: corePrecision });
  }

  #scans(
    { channels, heads, outputs, state, decodeFlops, promptFlops }: RecurrentSizes,
    formats: MixerFormats,
    decodes: boolean,
  ): ScanShape[] {
    const { rule, taps, chunkTokens, chunkStateBytes } = this.#kind;
    const { activationBytes, corePrecision: precision } = formats;
    const phase = decodes ? ("decode" as const) : ("prompt" as const);
    const shape = { kind: "scan" as const, rule, phase, sequences: 0, newTokens: 0, chunkTokens, precision };
    const inputs = (taps - 1) * channels * activationBytes;
    const convolution: ScanShape = {
      ...shape,
      part: "convolution",
      items: channels,
      tokenFlops: 0,
      tokenBytes: 2 * channels * activationBytes, // the state of a channel from earlier tokens is in registers
      sequenceBytes: inputs,
      chunkBytes: 0,
    };
    const scan: ScanShape = {
      ...shape,
      part: "scan",
      items: heads,
      tokenFlops: decodes ? decodeFlops : promptFlops,
      tokenBytes: (channels + outputs) * activationBytes,
      sequenceBytes: 2 * state * this.#stateBytes(activationBytes),
      chunkBytes: decodes ? 0 : 2 * state * chunkStateBytes,
    };
    return [convolution, scan];
  }

  #stateBytes(activationBytes: number): number {
    const { stateFormat } = this.#kind;
    return stateFormat === undefined ? activationBytes : bytesOf(stateFormat);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

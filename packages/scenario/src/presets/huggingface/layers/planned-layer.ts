/** A dense feed-forward, as a scenario has it. */
export interface PlannedDense {
  readonly kind: "dense" | "dense-and-experts";
  readonly hiddenSize: number;
  readonly matrices: number;
}

/** A mixer, as a scenario has it: its kind, and its sizes. */
export interface PlannedMixer {
  readonly kind: string;
  readonly [size: string]: unknown;
}

/** One layer as a config describes it. */
export interface PlannedLayer {
  readonly mixer: PlannedMixer;
  readonly feedForward: "experts" | "none" | PlannedDense;
}

export const NO_MIXER: PlannedMixer = { kind: "none" };

/** An assumption with its reason. */
interface Because {
  readonly path: string;
  readonly because: string;
}

/** Values under a name, as they would be written in a scenario file. */
export interface Preset {
  /** One line for the list of presets. */
  readonly about: string;
  /** Source of the values. */
  readonly source: string;
  /** For a network, the GPU presets that are sold on it. */
  readonly gpus?: readonly string[];
  readonly values: object;
  /** Values of the map in which the preset is named, where that map does not state them. */
  readonly beside?: object;
  /** Keys of `values` that remove the keys of `beside` when a scenario overrides them. */
  readonly besideUnless?: readonly string[];
  /** Paths in `values` that were not measured or published, or not here; every report lists them as assumed. */
  readonly assumed?: readonly (string | Because)[];
}

/** Values under a name, as they would be written in a scenario file. */
export interface Preset {
  /** One line for the list of presets, with the source of the values. */
  readonly about: string;
  readonly values: object;
}

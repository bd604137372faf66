import type { LoadOptions } from "../asked-loads/asked-load.ts";
import type { MeasuredOptions } from "../measured-runs/measured-files.ts";
import type { PluginOptions } from "../plugins/allowed-plugins.ts";

/** Options of `observe`. */
export interface ObserveOptions extends LoadOptions, MeasuredOptions, PluginOptions {
  readonly scenario?: string;
  readonly set?: readonly string[];
  readonly seed?: number;
  /** Without a scenario: tokens of each prompt and output, and how many requests. */
  readonly prompt?: number;
  readonly output?: number;
  readonly requests?: number;
  readonly model?: string;
  readonly api?: string;
  readonly contentSeed?: number;
  readonly maxRequests?: number;
  /** Times, as `600 s`. */
  readonly maxTime?: string;
  readonly stall?: string;
  /** The environment variable that has the key. */
  readonly keyEnv?: string;
  readonly speed?: string;
  readonly out?: string;
  readonly json?: boolean;
}

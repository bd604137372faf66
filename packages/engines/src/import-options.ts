import type { Benchmark } from "./instance.ts";
import type { Assumptions } from "./plan/scenario-text.ts";

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface ImportOptions extends Undefinable<Assumptions> {
  /** Name of the text's file, for messages; the scenario is named after it. */
  readonly file: string;
  /** Known values of variables. */
  readonly env?: ReadonlyMap<string, string>;
  /** A preset, a name of the hub, or the path of a config.json as the scenario names it; replaces the model of the launch. */
  readonly model?: string | undefined;
  readonly engineVersion?: string | undefined;
  /** Number of the server to import out of several, from 1. */
  readonly only?: number | undefined;
  /** The text of a file that the launch names; undefined or an error where it is not had. */
  readonly read?: (name: string) => string | undefined;
}

/** Assumptions where nothing else is stated. */
export const USUAL: Assumptions = { gpu: "h100-sxm", rate: "4 requests/s", prompt: "600", output: "180", ttft: "1 s", tpot: "50 ms" };

/** Assumptions from the options, then from a recipe, then the defaults. */
export function assumptionsOf(options: ImportOptions, { gpu, load }: Benchmark = {}): Assumptions {
  const { rate, prompt, output, ttft, tpot } = options;
  return {
    gpu: options.gpu ?? gpu ?? USUAL.gpu,
    rate: rate ?? USUAL.rate,
    prompt: prompt ?? (load === undefined ? USUAL.prompt : String(load.prompt)),
    output: output ?? (load === undefined ? USUAL.output : String(load.output)),
    ttft: ttft ?? USUAL.ttft,
    tpot: tpot ?? USUAL.tpot,
  };
}

/** The load of a recipe, where no option says another rate. */
export function benchmarkLoad({ rate }: ImportOptions, { load }: Benchmark = {}): Benchmark["load"] {
  return rate === undefined ? load : undefined;
}

import type { ServerFlags } from "./lines/server-flags.ts";
import type { TextPlace } from "./place.ts";

/** A server, with as many copies as run side by side. */
export interface Instance {
  /** Name of its service or file, for messages. */
  readonly name: string;
  readonly flags: ServerFlags;
  readonly version: string | undefined;
  /** Model as the launch names it: a name of the hub, a folder, or what clients call it. */
  readonly model: string | undefined;
  /** A model that is named by something that is not known, such as a variable. */
  readonly unknownModel?: string | undefined;
  readonly servedModel: string | undefined;
  readonly role: "all" | "prefill" | "decode";
  readonly replicas: number;
  /** GPUs of one copy, if the text states them. */
  readonly gpus: number | undefined;
  readonly place: TextPlace | undefined;
}

/** What an imported text launches. */
export interface Launched {
  readonly instances: readonly Instance[];
  /** How requests are shared among copies, where the text says it. */
  readonly balancer?: "round-robin" | "random" | "two-choices" | "prefix-aware" | undefined;
  /** What the reader should know of how the text was read. */
  readonly remarks: readonly string[];
  /** Machines and load, which no launch line says, and a recipe of a benchmark does. */
  readonly benchmark?: Benchmark | undefined;
}

/** A GPU (a preset), and clients that each wait for an answer before they send the next prompt. */
export interface Benchmark {
  readonly gpu?: string | undefined;
  readonly load?: BenchmarkLoad | undefined;
}

export interface BenchmarkLoad {
  readonly prompt: number; // tokens
  readonly output: number; // tokens
  readonly concurrency: number;
  readonly requests: number;
}

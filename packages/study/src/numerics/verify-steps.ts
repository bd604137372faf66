import { type Load, passesOf } from "@tokenyard/numerics";
import type { Plan } from "@tokenyard/placement";

/** How far a verification is: visits to stages. */
export interface VerifyProgress {
  readonly done: number;
  readonly of: number;
  /** What is executed: `one device`, `the plan`, … */
  readonly doing: string;
}

/** Counts the visits of all executions of a verification. */
export class VerifySteps {
  readonly #onProgress: ((progress: VerifyProgress) => void) | undefined;
  readonly #of: number;
  #done = 0;

  /** One device and the plan are executed; and once more with drops, and both again in formats, if these are wanted. */
  constructor(
    onProgress: ((progress: VerifyProgress) => void) | undefined,
    { stages, interleave, replicas }: Plan,
    load: Load,
    hasDrops: boolean,
    hasFormats: boolean,
  ) {
    this.#onProgress = onProgress;
    const plans = 1 + (hasDrops ? 1 : 0) + (hasFormats ? 1 : 0);
    const devices = 1 + (hasFormats ? 1 : 0);
    const { chunk: _, ...whole } = load; // as a device has it
    this.#of = passesOf(load).length * plans * replicas * stages * interleave + passesOf(whole).length * devices;
  }

  /** Callback for visits of what is called `doing`. */
  of(doing: string): (visits: number) => void {
    return (visits) => {
      this.#done += visits;
      this.#onProgress?.({ done: this.#done, of: this.#of, doing });
    };
  }
}

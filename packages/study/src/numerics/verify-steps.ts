import { type Load, passesOf } from "@tokenyard/numerics";
import type { Plan } from "@tokenyard/placement";

/** How far a verification is: visits to stages. */
export interface VerifyProgress {
  readonly done: number;
  readonly of: number;
  /** Name of the step: `one device`, `the plan`, … */
  readonly doing: string;
}

/** Counts the visits of all executions of a verification. */
export class VerifySteps {
  readonly #of: number;
  #done = 0;

  /** One device and the plan are executed; and once more with drops, and both again in formats, if these are wanted. */
  constructor({ stages, interleave, replicas }: Plan, load: Load, hasDrops: boolean, hasFormats: boolean) {
    const plans = 1 + (hasDrops ? 1 : 0) + (hasFormats ? 1 : 0);
    const devices = 1 + (hasFormats ? 1 : 0);
    const { chunk: _, ...whole } = load; // as a device has it
    this.#of = passesOf(load).length * plans * replicas * stages * interleave + passesOf(whole).length * devices;
  }

  /** Runs an execution to its end, and yields how far all of them are; `doing`: what it is called. */
  *of<Result>(doing: string, execution: Generator<number, Result, void>): Generator<VerifyProgress, Result, void> {
    for (;;) {
      const { done, value } = execution.next();
      if (done === true) return value;
      this.#done += value;
      yield { done: this.#done, of: this.#of, doing };
    }
  }
}

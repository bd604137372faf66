import type { DrawnRouting } from "../../logs/routing/drawn-routing.ts";
import type { PassSummary } from "./pass-summary.ts";

/** A pass that has drawn its experts, and comes again: what follows from them, and where its tokens went. */
export interface DrawnPass {
  readonly facts: PassSummary;
  routing: DrawnRouting | undefined;
}

/** What all tables of a pool keep. */
const MOST_BYTES = 1 << 27;

/** Passes that have drawn their experts, by their version. Where they become too many, those at hand are forgotten: who needs one draws the same again. */
export class DrawnPasses {
  readonly #kept = new Map<string, DrawnPass>();
  readonly #bytesOfFacts: number;
  readonly #most: number;
  readonly #settle: (pass: DrawnPass) => void;
  #bytes = 0;

  /** One of `tables`, whose facts take so many bytes; `settle` is told of each that is forgotten. */
  constructor(tables: number, bytesOfFacts: number, settle: (pass: DrawnPass) => void) {
    this.#most = MOST_BYTES / tables;
    this.#bytesOfFacts = bytesOfFacts;
    this.#settle = settle;
  }

  find(key: string): DrawnPass | undefined {
    return this.#kept.get(key);
  }

  keep(key: string, pass: DrawnPass): void {
    const bytes = this.#bytesOfFacts + (pass.routing?.bytes ?? 0);
    if (this.#bytes + bytes > this.#most) this.forget();
    this.#kept.set(key, pass);
    this.#bytes += bytes;
  }

  /** None is known any more. */
  forget(): void {
    for (const pass of this.#kept.values()) this.#settle(pass);
    this.#kept.clear();
    this.#bytes = 0;
  }
}

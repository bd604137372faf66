import type { Precision } from "@tokenyard/scenario";

/** Fits of one family, made on first use; `undefined` if the GPU has none. A second request allocates nothing. */
export class KeptFits<T> {
  readonly #make: (precision: Precision, storedBytes: number) => T | undefined;
  readonly #precisions: Precision[] = [];
  readonly #storedBytes: number[] = [];
  readonly #fits: (T | undefined)[] = [];

  constructor(make: (precision: Precision, storedBytes: number) => T | undefined) {
    this.#make = make;
  }

  /** The fit for kernels that multiply in `precision` and read numbers of `storedBytes`. */
  of(precision: Precision, storedBytes: number): T | undefined {
    for (let i = 0; i < this.#fits.length; i++) {
      if (this.#precisions[i] === precision && this.#storedBytes[i] === storedBytes) return this.#fits[i];
    }
    const fit = this.#make(precision, storedBytes);
    this.#precisions.push(precision);
    this.#storedBytes.push(storedBytes);
    this.#fits.push(fit);
    return fit;
  }
}

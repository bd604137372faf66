type Numbers = Float64Array | Int32Array | Uint8Array;

/** How a column is made of a buffer. */
interface Make<Column> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, at?: number, length?: number): Column;
}

/** Part of a buffer that our TypeScript does not know yet. */
interface Growing extends ArrayBuffer {
  readonly maxByteLength: number;
  resize(bytes: number): void;
}
const GrowingBuffer = ArrayBuffer as unknown as new (bytes: number, options: { readonly maxByteLength: number }) => Growing;

/** Numbers by which it grows. */
const CHUNK = 1 << 16;

/** A column of numbers whose length is not known before: it grows where it is, as copies of it would take as much memory again. */
export class LongColumn<Column extends Numbers> {
  length = 0;
  readonly #make: Make<Column>;
  readonly #buffer: Growing;
  readonly #numbers: Column;

  /** `most`: numbers that may come into it. */
  constructor(make: Make<Column>, most: number) {
    this.#make = make;
    this.#buffer = new GrowingBuffer(0, { maxByteLength: most * make.BYTES_PER_ELEMENT });
    this.#numbers = new make(this.#buffer);
  }

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const bytes = (this.length + CHUNK) * this.#make.BYTES_PER_ELEMENT;
      this.#buffer.resize(Math.min(bytes, this.#buffer.maxByteLength));
    }
    this.#numbers[this.length++] = value;
  }

  /** The values so far. */
  column(): Column {
    return new this.#make(this.#buffer, 0, this.length);
  }
}

const OF_FIRST = 0x9e3779b1;
const OF_SECOND = 0x85ebca6b;

/** Two hashes of 32 bits of numbers in their order, bit by bit: not against malice. */
export class Fingerprint {
  #first = 1;
  #second = 2;

  add(numbers: Float64Array | Int32Array): void {
    const words = numbers instanceof Int32Array ? numbers : new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      this.#first = Math.imul(this.#first ^ word, OF_FIRST);
      this.#first ^= this.#first >>> 15;
      this.#second = Math.imul(this.#second ^ ((word << 13) | (word >>> 19)), OF_SECOND);
      this.#second ^= this.#second >>> 13;
    }
    this.#first = Math.imul(this.#first ^ words.length, OF_FIRST);
  }

  /** 16 digits. */
  get text(): string {
    return [this.#first, this.#second].map((hash) => (hash >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

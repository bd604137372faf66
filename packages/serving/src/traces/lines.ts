interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

/** The platform's own; every engine has it. */
const { TextDecoder } = globalThis as unknown as { TextDecoder: new (encoding: string, options: { fatal: boolean }) => Decoder };

/** The lines of a text that comes in pieces of UTF-8, without their ends and without a byte order mark. Holds a piece at a time. */
export class Lines {
  /** Number of the line that `next` gave, from 1. */
  number = 0;
  readonly #pieces: Iterator<Uint8Array>;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #text = "";
  #at = 0;
  #isEnd = false;

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** The next line, or undefined at the end. Throws TypeError where the bytes are no UTF-8. */
  next(): string | undefined {
    let end = this.#text.indexOf("\n", this.#at);
    while (end < 0 && !this.#isEnd) {
      const searched = this.#text.length - this.#at;
      this.#text = this.#text.slice(this.#at) + this.#decoded();
      this.#at = 0;
      end = this.#text.indexOf("\n", searched);
    }
    if (end < 0 && this.#at === this.#text.length) return undefined;
    this.number++;
    const stop = end < 0 ? this.#text.length : end;
    const line = this.#text.slice(this.#at, this.#text.charCodeAt(stop - 1) === CARRIAGE_RETURN && stop > this.#at ? stop - 1 : stop);
    this.#at = end < 0 ? stop : end + 1;
    return line;
  }

  #decoded(): string {
    const step = this.#pieces.next();
    if (step.done !== true) return this.#decoder.decode(step.value, { stream: true });
    this.#isEnd = true;
    return this.#decoder.decode();
  }
}

const CARRIAGE_RETURN = 13;

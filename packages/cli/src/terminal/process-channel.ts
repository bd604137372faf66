import { once } from "node:events";
import { fstatSync, writeSync } from "node:fs";
import type { Channel } from "./channel.ts";
import { BAD_INPUT, FINE } from "./exit-code.ts";
import { markOver } from "./over.ts";

/** Size of a pipe on most systems: it accepts that much even if its other end is not read. */
const PIPE_BYTES = 1 << 16;

/**
 * Standard output or standard error of this process. Node is slow to make a stream, so there is none for a file, nor for output that fits
 * into a pipe, which is written at once. Beyond that a slow reader must not block the process, which still handles Ctrl-C. A reader that
 * closes its end has seen enough, as in `tokenyard run … | head -1`: the process ends with 0.
 */
export class ProcessChannel implements Channel {
  readonly #fd: 1 | 2;
  /** A terminal is one. */
  readonly #isDevice: boolean;
  /** Bytes that may be written at once. */
  #room: number;
  #stream: NodeJS.WriteStream | undefined;
  /** Whether anything went through the stream. */
  #isStreamed = false;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
    const stats = fstatSync(fd);
    this.#isDevice = stats.isCharacterDevice();
    this.#room = stats.isFile() ? Number.POSITIVE_INFINITY : PIPE_BYTES;
  }

  get live(): boolean {
    return this.#isDevice && this.#opened().isTTY === true;
  }

  /** Whether to colour: only for a person, and never with NO_COLOR. */
  get colour(): boolean {
    return this.live && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  }

  get columns(): number | undefined {
    return this.live ? this.#opened().columns : undefined;
  }

  write(text: string): void {
    let left = Buffer.from(text);
    this.#room -= left.length;
    if (this.#isDevice || this.#isStreamed || this.#room < 0) {
      this.#pass(left);
      return;
    }
    try {
      while (left.length > 0) left = left.subarray(writeSync(this.#fd, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") this.#pass(left);
      else this.#end(error as NodeJS.ErrnoException);
    }
  }

  /** Whether all of it is out: a stream may report later that it could not write. */
  get isWritten(): boolean {
    return !this.#isStreamed;
  }

  async drained(): Promise<void> {
    if (this.#stream?.writableNeedDrain) await once(this.#stream, "drain");
  }

  #pass(left: Uint8Array): void {
    this.#isStreamed = true;
    this.#opened().write(left);
  }

  #opened(): NodeJS.WriteStream {
    if (this.#stream === undefined) {
      this.#stream = this.#fd === 1 ? process.stdout : process.stderr;
      this.#stream.on("error", (error: NodeJS.ErrnoException) => this.#end(error));
    }
    return this.#stream;
  }

  /** The end of the process: nothing can be written any more. */
  #end(error: NodeJS.ErrnoException): never {
    markOver();
    if (error.code === "EPIPE") process.exit(FINE);
    if (this.#fd === 1) process.stderr.write(`standard output cannot be written: ${error.message}\n`);
    process.exit(BAD_INPUT);
  }
}

/** Frames of ZMTP 3.0, the protocol of ZeroMQ: https://rfc.zeromq.org/spec/23. */

const MORE = 0x01;
const LONG = 0x02;
const COMMAND = 0x04;
/** Largest frame that is read: a subscriber sends topics. */
const MOST_BYTES = 4096;

/** What begins each connection: the signature, version 3.0, the mechanism NULL, and padding. */
export const GREETING = Buffer.concat([
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]),
  Buffer.from("NULL".padEnd(20, "\0"), "latin1"),
  Buffer.alloc(32),
]);

export interface Frame {
  readonly isCommand: boolean;
  readonly hasMore: boolean;
  readonly body: Buffer;
}

/** Frames of one message of several parts. */
export function message(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap((part, at) => [header(part.length, at < parts.length - 1 ? MORE : 0), part]));
}

/** The command `name` with what follows its name. */
export function command(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name, "latin1"), data]);
  return Buffer.concat([header(body.length, COMMAND), body]);
}

/** A property of the command READY. */
export function property(name: string, value: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(value.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, "latin1"), size, Buffer.from(value, "latin1")]);
}

/** Name and rest of a command's body. */
export function nameOf(body: Buffer): { readonly name: string; readonly rest: Buffer } {
  const end = 1 + (body[0] ?? 0);
  return { name: body.toString("latin1", 1, end), rest: body.subarray(end) };
}

function header(bytes: number, flags: number): Buffer {
  if (bytes < 256) return Buffer.from([flags, bytes]);
  const long = Buffer.alloc(9);
  long[0] = flags | LONG;
  long.writeBigUInt64BE(BigInt(bytes), 1);
  return long;
}

/** Reads the greeting and the frames of a peer from chunks, however they are split. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);
  #isGreeted = false;

  /** Reads the next chunk, and returns the frames that it completes. Throws for protocols other than ZMTP 3, and for long frames. */
  take(chunk: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#isGreeted) {
      if (this.#bytes.length > 0 && this.#bytes[0] !== 0xff) throw new Error("no greeting of ZMTP");
      if (this.#bytes.length < GREETING.length) return [];
      if (this.#bytes[10]! < 3 || this.#bytes.toString("latin1", 12, 17) !== "NULL\0") throw new Error("no ZMTP 3 with the mechanism NULL");
      this.#isGreeted = true;
      this.#bytes = this.#bytes.subarray(GREETING.length);
    }
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    const flags = this.#bytes[0];
    if (flags === undefined) return undefined;
    const start = (flags & LONG) === 0 ? 2 : 9;
    if (this.#bytes.length < start) return undefined;
    const bytes = start === 2 ? this.#bytes[1]! : Number(this.#bytes.readBigUInt64BE(1));
    if (bytes > MOST_BYTES) throw new Error(`a frame of more than ${MOST_BYTES} bytes`);
    if (this.#bytes.length < start + bytes) return undefined;
    const body = this.#bytes.subarray(start, start + bytes);
    this.#bytes = this.#bytes.subarray(start + bytes);
    return { isCommand: (flags & COMMAND) !== 0, hasMore: (flags & MORE) !== 0, body };
  }
}

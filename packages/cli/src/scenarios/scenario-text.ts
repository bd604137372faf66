import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { strayByte, unfinished, zeroByte } from "./no-text.ts";

/** Largest scenario file, in bytes: 4 MiB. */
export const LARGEST_SCENARIO = 4 * 1024 * 1024;
/** Largest report that is read back, in bytes: 256 MiB. */
export const LARGEST_REPORT = 256 * 1024 * 1024;

/** Whether a file is Parquet by its name. */
export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/** A file that cannot be read as text; `message` states the reason and what would work, without its name. */
export class UnreadableFile extends Error {
  readonly file: string;

  constructor(file: string, message: string) {
    super(message);
    this.name = "UnreadableFile";
    this.file = file;
  }
}

/** The text of the file at `path`, UTF-8 without its byte order mark. Throws UnreadableFile. */
export function readTextFile(path: string, largest: number): string {
  const file = opened(path);
  try {
    return textOf(pieces(file, path), path, largest);
  } finally {
    closeSync(file);
  }
}

/** The text that comes in through `input`, called `file` in messages. Throws UnreadableFile. */
export async function readTextStream(input: AsyncIterable<Uint8Array>, file: string, largest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > largest) break;
  }
  return textOf(chunks, file, largest);
}

/** The bytes of the file at `path`, in order, a piece at a time; it is open while they are read. Throws UnreadableFile. */
export function* readPieces(path: string): Generator<Uint8Array> {
  const file = opened(path);
  try {
    yield* pieces(file, path);
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  return refusing(path, () => openSync(path, "r"));
}

/** Result of `read`; if the file system or a disk refuses, throws UnreadableFile with the reason. */
function refusing<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnreadableFile(path, WHY[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message);
  }
}

function sizeOf(file: number, path: string): number {
  const stats = fstatSync(file);
  if (stats.isDirectory()) throw new UnreadableFile(path, "a directory; wanted a file");
  return stats.size;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "may not be read; wanted a file that you have the right to read",
  EPERM: "may not be read; wanted a file that you have the right to read",
  ELOOP: "links to itself; wanted a file",
  EIO: "cannot be read there; wanted a file on a disk that is whole",
  ENAMETOOLONG: "no such file; the name is too long",
};

const PIECE_BYTES = 64 * 1024;

function* pieces(file: number, path: string): Iterable<Uint8Array> {
  const size = sizeOf(file, path); // as far as the file system knows; nothing of a pipe
  const bytes = size > 0 ? Math.min(size, PIECE_BYTES) : PIECE_BYTES;
  for (;;) {
    const piece = new Uint8Array(bytes);
    const length = refusing(path, () => readSync(file, piece));
    if (length === 0) return;
    yield piece.subarray(0, length);
  }
}

function textOf(chunks: Iterable<Uint8Array>, file: string, largest: number): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let length = 0;
  let text = "";
  let before: Uint8Array = NOTHING;
  let now: Uint8Array = NOTHING;
  try {
    for (const chunk of chunks) {
      length += chunk.length;
      if (length > largest) throw new UnreadableFile(file, `larger than ${largest / 1024 / 1024} MiB; wanted a smaller file`);
      before = unfinished(before, now);
      now = chunk;
      text += decoder.decode(chunk, { stream: true });
    }
    before = unfinished(before, now);
    now = NOTHING;
    text += decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new UnreadableFile(file, strayByte(text, Uint8Array.of(...before, ...now)));
    throw error;
  }
  const zero = text.indexOf("\0");
  if (zero >= 0) throw new UnreadableFile(file, zeroByte(text, zero));
  return text;
}

const NOTHING = new Uint8Array(0);

import { closeSync, openSync, writeSync } from "node:fs";
import { written } from "../files/written.ts";

/** A file of lines, each written whole as soon as it is there: what was written stays, whatever ends the process. */
export class ObservedFile {
  readonly #path: string;
  readonly #file: number;

  /** Throws BadInput where no file can be begun at `path`. */
  constructor(path: string) {
    this.#path = path;
    this.#file = written(path, () => openSync(path, "ax"));
  }

  /** Throws BadInput where the file system refuses. */
  put(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    written(this.#path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    });
  }

  close(): void {
    closeSync(this.#file);
  }
}

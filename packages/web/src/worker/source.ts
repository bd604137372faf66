import { type LoadedScenario, loadScenario } from "@tokenyard/scenario";

/** A scenario as text, with the files that it may name. */
export interface Source {
  readonly text: string;
  /** Path of `text`; files that it names are relative to it. */
  readonly path: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Files by name that are read in pieces: traces that are no text, or too large for one. */
  readonly large?: Readonly<Record<string, Blob>>;
}

/** The bytes of a file, a piece at a time. */
export type ReadBlob = (file: Blob) => Iterable<Uint8Array>;

/**
 * Reads `source` as the command line does; a file that was dropped is found by its name, whatever its folder. `set`: `path=value` each. Throws Problems, among
 * them each file that is named and not given.
 */
export function loadedSource({ text, path, files, large = {} }: Source, readBlob: ReadBlob, set: readonly string[] = []): LoadedScenario {
  const found = <Value>(among: Readonly<Record<string, Value>>, named: string) => among[named] ?? among[named.split("/").at(-1)!];
  const read = (named: string) => {
    const given = found(files, named);
    if (given !== undefined) return given;
    const isLarge = found(large, named) !== undefined;
    throw new Error(isLarge ? `${named} has more than 4 MiB, or is no text` : `${named} is not here: drop it onto the page`);
  };
  const readPieces = (named: string) => {
    const file = found(large, named);
    return file === undefined ? [new TextEncoder().encode(read(named))] : readBlob(file);
  };
  return loadScenario(text, { read, readPieces, path, ...(set.length === 0 ? {} : { set }) });
}

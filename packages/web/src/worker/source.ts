import { type LoadedScenario, loadScenario } from "@tokenyard/scenario";

/** A scenario as text, with the files that it may name. */
export interface Source {
  readonly text: string;
  /** Of `text`; files that it names are relative to it. */
  readonly path: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Reads `source` as the command line does. `set`: `path=value` each. Throws Problems, among them each file that is named and not given. */
export function loadedSource({ text, path, files }: Source, set: readonly string[] = []): LoadedScenario {
  const read = (named: string) => {
    const given = files[named];
    if (given === undefined) throw new Error(`${named} is not here: drop it onto the page`);
    return given;
  };
  return loadScenario(text, { read, path, ...(set.length === 0 ? {} : { set }) });
}

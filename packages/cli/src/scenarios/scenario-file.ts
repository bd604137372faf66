import { fileURLToPath } from "node:url";
import { type LoadedScenario, loadScenario } from "@tokenyard/scenario";
import { isParquet, LARGEST_SCENARIO, readPieces, readTextFile, UnreadableFile } from "./scenario-text.ts";

/**
 * Loads the scenario in the file at `path` (a URL beside `import.meta.url`, or a path from the working directory), with the files that it
 * extends. Throws Problems for its mistakes, UnreadableFile for files that cannot be read.
 */
export function loadScenarioFile(
  path: string | URL,
  options: { /** `path=value` each, laid over the file in order. */ readonly set?: readonly string[]; readonly seed?: number } = {},
): LoadedScenario {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const read = (other: string) => {
    if (isParquet(other))
      throw new UnreadableFile(other, "Parquet, which only the command line reads; `tokenyard import-kernels` makes a .csv of it");
    return readTextFile(other, LARGEST_SCENARIO);
  };
  return loadScenario(textOf(file), { read, readPieces, path: file, ...options });
}

/** The text of `file`; an error says of which file it is. */
function textOf(file: string): string {
  try {
    return readTextFile(file, LARGEST_SCENARIO);
  } catch (error) {
    throw error instanceof UnreadableFile ? new UnreadableFile(error.file, `${error.file}: ${error.message}`) : error;
  }
}

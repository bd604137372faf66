import { sep } from "node:path";
import { loadScenario } from "@tokenyard/scenario";
import { nameOf, scenarioOf, textOf } from "../scenarios/given-text.ts";
import { LARGEST_SCENARIO, readTextFile } from "../scenarios/scenario-text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** A scenario as the page opens it: its text, and those of the files that it names. */
export interface GivenSource {
  readonly text: string;
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The scenarios of `files` with the texts that they name. The page shows mistakes; a file of more than 4 MiB is left out, and the page
 * reports it as missing. `onFile` gets each path that is read. Throws UnreadableFile for a named file that cannot be read.
 */
export async function givenSources(files: readonly string[], terminal: Terminal, onFile: (path: string) => void): Promise<GivenSource[]> {
  const sources: GivenSource[] = [];
  for (const file of files) {
    const name = nameOf(file, files);
    if (name === file) onFile(file);
    const { text } = await scenarioOf(await textOf(file, terminal), name, terminal);
    const path = name.split(sep).join("/");
    const beside: Record<string, string> = {};
    const read = (named: string) => {
      const found = readTextFile(named, LARGEST_SCENARIO);
      onFile(named);
      beside[named] = found;
      return found;
    };
    try {
      loadScenario(text, { read, path });
    } catch {
      // ignored: the page shows the problem
    }
    sources.push({ text, path: /\.(ya?ml|json)$/.test(path) ? path : `${path}.yaml`, files: beside });
  }
  return sources;
}

import { existsSync } from "node:fs";
import { type Imported, importText, LONGEST_TEXT } from "@tokenyard/engines";
import { fileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { LINE, STDIN } from "../scenarios/given-text.ts";
import { importing, importOptions, type LaunchOptions } from "../scenarios/import-options.ts";
import { readTextFile, readTextStream, UnreadableFile } from "../scenarios/scenario-text.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { importedText } from "../terminal/imported-text.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface ImportCommandOptions extends LaunchOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** Makes a scenario from a launch line, a script or a manifest; prints the fate of each flag. */
export async function importLaunch(what: readonly string[], options: ImportCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { out } = options;
  if (out !== undefined) {
    const problems = existsSync(out)
      ? [plainProblem(out, "already exists, and no file is overwritten; wanted another name")]
      : fileProblems(out);
    if (problems.length > 0) throw new BadInput(problems);
  }
  const { file, text } = await launchOf(what, terminal);
  const imported = importing(() => importText(text, importOptions(options, file, out ?? file)), new Map([[file, text]]));
  if (out !== undefined) written(out, () => writeWhole(out, imported.text));
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(asJson(imported))}\n`);
    return FINE;
  }
  if (out === undefined) terminal.out.write(imported.text);
  const summary = importedText(imported, out === undefined ? terminal.err : terminal.out);
  (out === undefined ? terminal.err : terminal.out).write(
    out === undefined ? summary : `${summary}${harmless(`wrote ${out}; next: tokenyard run ${out}\n`)}`,
  );
  return FINE;
}

function asJson({ text, deployment, taken, byDefault, notModelled, assumed }: Imported): object {
  return { engine: deployment.engine.name, version: deployment.version.text, scenario: text, taken, byDefault, notModelled, assumed };
}

/** The text of files, of standard input, or of the words themselves. */
async function launchOf(what: readonly string[], terminal: Terminal): Promise<{ readonly file: string; readonly text: string }> {
  const [first = "-"] = what;
  try {
    if (first === "-" && what.length < 2) return { file: STDIN, text: await readTextStream(terminal.in, STDIN, LONGEST_TEXT) };
    const isText = !existsSync(first) && (/\s/.test(first) || what.length > 1);
    if (isText) return { file: LINE, text: what.length === 1 ? first : what.map(quoted).join(" ") };
    const texts = what.map((file) => readTextFile(file, LONGEST_TEXT));
    return { file: first, text: texts.join(/^apiVersion\s*:/m.test(texts[0]!) ? "\n---\n" : "\n") };
  } catch (error) {
    throw error instanceof UnreadableFile ? new BadInput([plainProblem(error.file, error.message)]) : error;
  }
}

/** A word as a shell would have to be given it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

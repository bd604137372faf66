import { nearest, type PresetEntry, presetList } from "@tokenyard/scenario";
import { stringify } from "yaml";
import { BadInput } from "../outcomes/bad-input.ts";
import { textTable } from "../tables/text-table.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { wrongValue } from "../terminal/located-problem.ts";
import { styled, type Terminal } from "../terminal/terminal.ts";

export interface PresetsCommandOptions {
  readonly json?: boolean;
}

/** Lists the presets, or prints the values of one as in a scenario. */
export async function presets(name: string | undefined, { json }: PresetsCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const all = presetList();
  const chosen = name === undefined ? all : all.filter((each) => each.name === name);
  if (chosen.length === 0) {
    const names = all.map((each) => each.name);
    const problem = wrongValue("presets", "", name ?? null, `one of ${names.join(", ")}`);
    throw new BadInput([{ ...problem, suggestion: nearest(name ?? "", names) ?? null }]);
  }
  if (json) for (const each of chosen) terminal.out.write(`${JSON.stringify(each)}\n`);
  else terminal.out.write(name === undefined ? listText(chosen, terminal) : chosen.map(valuesText).join("\n"));
  return FINE;
}

function listText(all: readonly PresetEntry[], terminal: Terminal): string {
  const { head, body } = textTable([
    { heading: "kind", align: "left", cells: all.map(({ kind }) => kind) },
    { heading: "name", align: "left", cells: all.map(({ name }) => name) },
    { heading: "about", align: "left", cells: all.map(({ about }) => about) },
  ]);
  return `${[...head.map((line) => styled(terminal.out, "dim", line)), ...body].join("\n")}\n`;
}

/** YAML with its source; values without a source are marked as assumed. */
function valuesText({ kind, name, about, source, body, assumed }: PresetEntry): string {
  const lines = [`${kind} ${name}: ${about}`, `Source: ${source}`, ...(assumed.length === 0 ? [] : [`Assumed: ${assumed.join(", ")}`])];
  return `${lines.map((line) => `# ${line}\n`).join("")}${stringify(body)}`;
}

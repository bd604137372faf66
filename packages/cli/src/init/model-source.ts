import { existsSync } from "node:fs";
import { join } from "node:path";
import { modelNamed } from "@tokenyard/engines";
import { PRESETS } from "@tokenyard/scenario";

/** Source of a model: a preset, in formats that its name states, or the config of a checkpoint. */
export type ModelSource = { readonly preset: string; readonly precision?: Readonly<Record<string, string>> } | { readonly config: string };

/**
 * Meaning of `answer`: a preset, a `config.json`, a folder with one, or a name of the hub that a preset is known by. Undefined if it is
 * none.
 */
export function modelSource(answer: string): ModelSource | undefined {
  if (/\.json$/.test(answer)) return existsSync(answer) ? { config: answer } : undefined;
  const inFolder = join(answer, "config.json");
  if (existsSync(inFolder)) return { config: inFolder };
  if (Object.hasOwn(PRESETS.model, answer)) return { preset: answer };
  const named = answer.includes("/") ? modelNamed(answer) : undefined; // else a preset misspelt might be taken for another
  return named && { preset: named.preset, ...(named.precision === undefined ? {} : { precision: named.precision }) };
}

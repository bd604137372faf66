import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { BadInput } from "../outcomes/bad-input.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import type { AllowedPlugin } from "./loaded-plugins.ts";

/** Plug-ins that the person at the command line lets run. */
export interface PluginOptions {
  /** Modules, by path from the working directory. */
  readonly plugin?: readonly string[];
  /** Whether to allow all plug-ins that the scenario names, within its own folder. */
  readonly allowPlugins?: boolean;
}

/** The plug-ins of `options` that a scenario in `file`, which names `named`, may use. Throws BadInput for paths that are none. */
export function allowedPlugins(
  { plugin = [], allowPlugins = false }: PluginOptions,
  file: string,
  named: readonly string[],
): AllowedPlugin[] {
  const beside = dirname(resolve(file));
  const byPath = new Map<string, { folder: string; files: string[] }>();
  const problems = plugin.flatMap((given) => {
    const path = realPath(resolve(given));
    if (path === undefined) return [plainProblem("--plugin", `${given} given; wanted a module that is there`)];
    byPath.set(path, { folder: dirname(path), files: [] });
    return [];
  });
  if (problems.length > 0) throw new BadInput(problems);
  for (const each of named) {
    const path = realPath(resolve(beside, each));
    if (path === undefined) continue;
    const known = byPath.get(path);
    if (known !== undefined) known.files.push(each);
    else if (allowPlugins) byPath.set(path, { folder: beside, files: [each] });
  }
  return [...byPath].map(([path, { folder, files }]) => ({ path, folder, files }));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

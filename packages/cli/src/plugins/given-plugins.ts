import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugins } from "@tokenyard/scenario";
import { BadInput } from "../outcomes/bad-input.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import { allowedPlugins, type PluginOptions } from "./allowed-plugins.ts";
import { loadedPlugins } from "./loaded-plugins.ts";
import { moduleDigest, RefusedModule } from "./module-graph.ts";

/**
 * The plug-ins that a scenario in `file` may use: of `named`, its own names, and of `options` those that are allowed. Runs their code. Throws
 * BadInput for one that is none.
 */
export async function givenPlugins(named: readonly string[], options: PluginOptions, file: string): Promise<Plugins> {
  const allowed = allowedPlugins(options, file, named);
  const digests = new Map<string, string | undefined>();
  const others = named.filter((each) => !allowed.some(({ files }) => files.includes(each)));
  for (const each of others) digests.set(each, await digestText(resolve(dirname(resolve(file)), each), dirname(resolve(file))));
  const digestOf = (each: string) => digests.get(each);
  if (allowed.length === 0) return { digestOf };
  try {
    return { words: await loadedPlugins(allowed), digestOf };
  } catch (error) {
    throw error instanceof RefusedModule ? new BadInput([plainProblem("--plugin", `${error.message}`)]) : error;
  }
}

async function digestText(path: string, folder: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return await moduleDigest(path, folder);
  } catch (error) {
    return `none: ${(error as Error).message}`;
  }
}

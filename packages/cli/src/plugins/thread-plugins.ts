import { type Scenario, withWords, wordsOf } from "@tokenyard/scenario";
import type { AllowedPlugin, FileRegistry } from "./loaded-plugins.ts";

/** The plug-ins of `scenario`, for another thread; undefined where it was read without. */
export function pluginsOf(scenario: object): readonly AllowedPlugin[] | undefined {
  const words = "cluster" in scenario ? wordsOf(scenario as Scenario) : undefined;
  return (words as FileRegistry | undefined)?.allowed; // the command line makes no others
}

/** Plug-ins that the main thread has loaded, for this thread: each is loaded once, from the same bytes. */
export class ThreadPlugins {
  readonly #loaded = new Map<string, Promise<FileRegistry>>();

  async of(allowed: readonly AllowedPlugin[] | undefined): Promise<FileRegistry | undefined> {
    if (allowed === undefined) return undefined;
    const key = JSON.stringify(allowed);
    const known = this.#loaded.get(key) ?? import("./loaded-plugins.ts").then(({ loadedPlugins }) => loadedPlugins(allowed));
    this.#loaded.set(key, known);
    return known;
  }
}

/** `scenario`, which came from another thread, with the words of its plug-ins here. */
export function withPluginsHere<S extends object>(scenario: S, words: FileRegistry | undefined): S {
  if ("cluster" in scenario) withWords(scenario as S & Scenario, words);
  return scenario;
}

import { type LoadOptions, type Plugins, Problems, pluginFiles } from "@tokenyard/scenario";
import type { PluginOptions } from "./allowed-plugins.ts";

/** Whether the command line lets any plug-in run. */
export function mayRunPlugins({ plugin, allowPlugins }: PluginOptions): boolean {
  return plugin !== undefined || allowPlugins === true;
}

/** Whether a scenario was refused, among other things, for plug-ins that it names. */
export function lacksPlugins(error: unknown): boolean {
  return error instanceof Problems && error.problems.some(({ path }) => path[0] === "plugins");
}

/** The plug-ins that the scenario of `text` may use, and the digests of the others that it names. Nothing that knows of plug-ins is loaded before. */
export async function pluginsFor(text: string, options: LoadOptions & PluginOptions): Promise<Plugins> {
  const { givenPlugins } = await import("./given-plugins.ts");
  return givenPlugins(pluginFiles(text, options), options, options.path ?? "");
}

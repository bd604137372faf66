import { type LoadOptions, type Plugins, pluginFiles } from "@tokenyard/scenario";
import type { PluginOptions } from "./allowed-plugins.ts";

/** The plug-ins that the scenario of `text` may use. Most name none, and nothing that knows of plug-ins is loaded. */
export async function pluginsFor(text: string, options: LoadOptions & PluginOptions): Promise<Plugins> {
  const isAsked = options.plugin !== undefined || options.allowPlugins === true;
  const written = [text, ...(options.set ?? [])].join("\n");
  if (!isAsked && !/plugins|extends/.test(written)) return {};
  const named = pluginFiles(text, options);
  if (!isAsked && named.length === 0) return {};
  const { givenPlugins } = await import("./given-plugins.ts");
  return givenPlugins(named, options, options.path ?? "");
}

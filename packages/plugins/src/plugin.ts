import type { Plugin } from "./registry.ts";

/** The plug-in in the module `exported`. Throws for a module that has none. */
export function pluginIn(exported: object): Plugin {
  const module = exported as Partial<Plugin> & { readonly default?: Partial<Plugin> };
  const found = typeof module.register === "function" ? module : (module.default ?? module);
  const { name, version, register } = found;
  const missing = [
    ...(typeof name === "string" && /^[^\s/][^\n]{0,99}$/.test(name) ? [] : ["a name of at most 100 characters"]),
    ...(typeof version === "string" && /^\S{1,100}$/.test(version) ? [] : ["a version, as text"]),
    ...(typeof register === "function" ? [] : ["a function register(registry)"]),
  ];
  if (missing.length > 0)
    throw new Error(`a module without ${missing.join(", ")}; wanted one that exports { name, version, register(registry) }`);
  return found as Plugin;
}

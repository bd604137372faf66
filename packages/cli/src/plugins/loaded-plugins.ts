import { createRequire as requireFrom } from "node:module";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plugin, pluginIn, Registry } from "@tokenyard/plugins";
import { moduleDigest, moduleTexts, RefusedModule } from "./module-graph.ts";
import { readyForPlugins } from "./plugin-process.ts";
import { syntaxMistake } from "./syntax-mistake.ts";

/** A module whose code may run. */
export interface AllowedPlugin {
  /** Whole path of the module. */
  readonly path: string;
  /** Folder outside of which it may import nothing. */
  readonly folder: string;
  /** Paths by which the scenario names it. */
  readonly files: readonly string[];
  /** The bytes that it must have, in another thread than the first. */
  readonly sha256?: string;
}

/** False in sources under test, which Node itself imports. */
const IN_BUNDLE = import.meta.url.endsWith(".js");
type Import = (url: string) => Promise<object>;
const importModule: Import = (url) =>
  IN_BUNDLE ? (requireFrom(import.meta.url)("../../bin/import-module.js") as Import)(url) : (import(url) as Promise<object>);

/** SHA-256 of the modules that this thread has imported, by their paths: Node imports each once, whatever its file has later. */
const RUNNING = new Map<string, string>();

/** A registry with these plug-ins, whose code is executed here. Throws RefusedModule, with the path, for a module that is not a plug-in or whose bytes have changed. */
export async function loadedPlugins(allowed: readonly AllowedPlugin[]): Promise<FileRegistry> {
  const registry = new FileRegistry(allowed);
  if (IN_BUNDLE) readyForPlugins();
  for (const { path, folder, files, sha256 } of allowed) {
    try {
      const before = await moduleDigest(path, folder);
      if (sha256 !== undefined && before !== sha256)
        throw new RefusedModule(`SHA-256 ${before}; wanted ${sha256}, which the study began with`);
      const running = RUNNING.get(path) ?? before;
      if (running !== before) throw new RefusedModule(`SHA-256 ${before}; wanted ${running}, which runs here since it was first read`);
      RUNNING.set(path, running);
      const plugin = pluginIn(await importModule(pathToFileURL(path).href)) as Plugin;
      if ((await moduleDigest(path, folder)) !== before) throw new RefusedModule("it changed while it was read");
      registry.add(plugin, files, before);
    } catch (error) {
      const mistake = error instanceof SyntaxError ? await mistakeIn(path, folder) : undefined;
      throw new RefusedModule(`${path}: ${mistake ?? textOf(error)}`, error instanceof RefusedModule ? {} : { cause: error });
    }
  }
  return registry;
}

/** The first mistake in the syntax of a module, or of one that it imports by path; undefined where each of them compiles. */
async function mistakeIn(path: string, folder: string): Promise<string | undefined> {
  for (const file of (await moduleTexts(path, folder)).keys()) {
    const mistake = syntaxMistake(file);
    if (mistake !== undefined) return `${relative(folder, file)} is no module: ${mistake}`;
  }
  return undefined;
}

/** Plug-ins of files, which another thread can load too. */
export class FileRegistry extends Registry {
  readonly #allowed: readonly AllowedPlugin[];

  constructor(allowed: readonly AllowedPlugin[]) {
    super();
    this.#allowed = allowed;
  }

  /** The plug-ins, with the bytes that they have here. */
  get allowed(): readonly AllowedPlugin[] {
    return this.#allowed.map((each, i) => ({ ...each, sha256: this.plugins[i]!.sha256 }));
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

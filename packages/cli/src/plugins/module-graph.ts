import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import { init, parse } from "es-module-lexer";
import { syntaxMistake } from "./syntax-mistake.ts";

/** Most bytes of a plug-in together with the modules that it imports. */
const MOST_BYTES = 10_000_000;

/** Why a module cannot be a plug-in, as text for a message. */
export class RefusedModule extends Error {}

/**
 * SHA-256 (hex) of the module at `path` and of what it imports by path, each with its path from there: what its code can be, as far as files
 * decide it. Throws RefusedModule for one that imports something else than files within `folder` and modules of Node.
 */
export async function moduleDigest(path: string, folder: string): Promise<string> {
  const texts = await moduleTexts(path, folder);
  const first = dirname(realPath(path, path));
  const hash = createHash("sha256");
  const names = [...texts.keys()].sort((a, b) => (relative(first, a) < relative(first, b) ? -1 : 1));
  for (const name of names) {
    const text = texts.get(name)!;
    hash.update(`${relative(first, name).split(sep).join("/")}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

/** The module at `path` and what it imports by path, by their real paths. Throws RefusedModule as `moduleDigest` does. */
export async function moduleTexts(path: string, folder: string): Promise<Map<string, Buffer>> {
  await init;
  const texts = new Map<string, Buffer>();
  const open = [realPath(path, path)];
  const root = realpathSync(folder);
  let bytes = 0;
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const named = relative(folder, file) || file;
    if (!file.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) throw new RefusedModule(`${named} lies outside of ${folder}`);
    if (!statSync(file).isFile()) throw new RefusedModule(`${named} is no file; wanted a module`);
    const text = readFileSync(file);
    texts.set(file, text);
    bytes += text.length;
    if (bytes > MOST_BYTES) throw new RefusedModule(`more than ${MOST_BYTES} bytes`);
    for (const specifier of importsOf(text.toString("utf8"), file, named)) {
      if (specifier.startsWith("node:")) continue;
      if (isBuiltin(specifier)) throw new RefusedModule(`${named} imports ${specifier}; wanted node:${specifier}`);
      if (!/^\.{1,2}\//.test(specifier))
        throw new RefusedModule(`${named} imports ${specifier}; wanted paths that begin with ./ or ../, and modules of Node as node:path`);
      open.push(realPath(resolve(dirname(file), specifier), `${specifier} of ${named}`));
    }
  }
  return texts;
}

/** Names that a module imports. Throws RefusedModule if a name is computed at run time, or the text is no module. */
function importsOf(text: string, file: string, named: string): string[] {
  let imports: ReturnType<typeof parse>[0];
  try {
    [imports] = parse(text);
  } catch (error) {
    throw new RefusedModule(`${named} is no module: ${syntaxMistake(file) ?? (error as Error).message}`);
  }
  return imports.flatMap(({ n, d }) => {
    if (d === -2) return []; // import.meta
    if (n === undefined) throw new RefusedModule(`${named} imports what it works out itself; wanted a path in quotes`);
    return [n];
  });
}

function realPath(path: string, named: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new RefusedModule(`${named}: no such file`);
  }
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** Has Node import TypeScript as it is, module by module: Node 20 has nothing of its own for that. */
export async function load(url, context, nextLoad) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:" || !pathname.endsWith(".ts")) return nextLoad(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, "utf8"), {
    loader: "ts",
    sourcefile,
    sourcemap: "inline", // a stack names lines of the file
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } }, // as in tsconfig.base.json
  });
  return { format: "module", source: code, shortCircuit: true };
}

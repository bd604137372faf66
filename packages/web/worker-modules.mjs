// What the page's Worker loads: of a room only what is used, and nothing that makes a JSON Schema, as the page has that from its build.
// esbuild splits by files: a piece that takes one name from the face of a room would bring all that any piece takes from it.
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** Imports and exports of names as esbuild prints them: names, and the module that has them. */
const NAMES = /^(import|export) \{([^}]*)\} from "([^"]+)";$/gm;
/** Modules of zod that make JSON Schemas. */
const SCHEMA_MAKERS = /[/\\]zod[/\\]v4[/\\]core[/\\](json-schema-processors|to-json-schema)\.js$/;
/** Module of zod that asks whether scripts may be made of text. */
const PROBING = /[/\\]zod[/\\]v4[/\\]core[/\\]util\.js$/;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOM = /^@tokenyard\/[a-z]+$/;

/** Lets each name that is imported from a room come from the file that exports it, leaves out what makes schemas, and loads the reader of Parquet files late. */
export const WORKER_MODULES = {
  name: "worker-modules",
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /\/parquet-rows\.ts$/ }, ({ importer }) =>
      basename(importer) === "trace-reader.ts" ? { path: join(HERE, "src/worker/late-parquet.ts") } : undefined,
    );
    onLoad({ filter: SCHEMA_MAKERS }, async ({ path }) => ({ contents: idle(await readFile(path, "utf8")) }));
    onLoad({ filter: PROBING }, async ({ path }) => ({ contents: withoutProbe(await readFile(path, "utf8")) }));
    const faces = new Map();
    /** [file, its name there] of each name that `room` exports. */
    const faceOf = async (room, resolveDir) => {
      const { path, errors } = await resolve(room, { resolveDir, kind: "import-statement" });
      if (errors.length > 0) throw new Error(errors[0].text);
      if (!faces.has(path)) faces.set(path, read(path));
      return faces.get(path);
    };
    const read = async (path) => {
      const face = new Map();
      for (const [, , names, from] of (await printed(path)).matchAll(NAMES)) {
        const other = ROOM.test(from) ? await faceOf(from, dirname(path)) : undefined; // a name of another room
        for (const [own, outside] of pairsOf(names)) face.set(outside, other?.get(own) ?? [join(dirname(path), from), own]);
      }
      return face;
    };
    onLoad({ filter: /[/\\](packages|simulator)[/\\].*\.tsx?$/ }, async ({ path }) => {
      let contents = await printed(path);
      for (const [line, verb, names, room] of contents.matchAll(NAMES)) {
        if (!ROOM.test(room)) continue;
        const face = await faceOf(room, dirname(path));
        const straight = pairsOf(names).map(([outside, inside]) => {
          const found = face.get(outside);
          if (found === undefined) throw new Error(`${path}: ${room} exports no ${outside}`);
          return `${verb} { ${found[1]} as ${inside} } from ${JSON.stringify(found[0])};`;
        });
        contents = contents.replace(line, () => straight.join(""));
      }
      return { contents, loader: "js" };
    });
  },
};

/** What a key means, as schemas say it: the page has that in `schema.json`. The schema stays, as `describe` makes a copy of it. */
const MEANING = /(\.describe\(\s*|\.apply\(\s*means,\s*)("(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.)*`)(?=\s*\))/g;

/** A module of ours as JavaScript, without types and meanings. */
async function printed(path) {
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: extname(path).slice(1),
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return code.replace(MEANING, (_, verb) => `${verb}""`);
}

/** A module with the exports of `contents`: what makes a schema does nothing until it is called. Bounds of numbers are there, as problems name them. */
function idle(contents) {
  const first = contents.search(/^export const \w+Processor /m);
  const kept = first < 0 ? "" : contents.slice(0, first);
  const names = [...contents.slice(kept.length).matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
  const made = names.map((name) => `export const ${name} = () => () => { throw new Error("the schema is in schema.json"); };`);
  return `${kept}\n${made.join("\n")}`;
}

/** zod's probe of `new Function` fails under the policy of the page, and Firefox says so on the console: its answer is known. */
function withoutProbe(contents) {
  const probed = contents.replace("if (globalConfig.jitless) {", "if (true) {");
  if (probed === contents) throw new Error("zod no longer asks where it did whether scripts may be made of text");
  return probed;
}

/** [`a`, `b`] of each `a as b`. */
function pairsOf(names) {
  return names
    .split(",")
    .map((each) => each.trim().split(" as "))
    .filter(([name]) => name !== "")
    .map(([name, other = name]) => [name, other]);
}

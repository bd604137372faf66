// esbuild splits by files: a piece that takes one name from the face of a room would bring all that any piece takes from it.
import { readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { transform } from "esbuild";

/** Imports and exports of names as esbuild prints them: names, and the module that has them. */
const NAMES = /^(import|export) \{([^}]*)\} from "([^"]+)";$/gm;
const ROOM = /^@tokenyard\/[a-z]+$/;

/** Lets each name that is imported from a room come from the file that exports it. */
export const STRAIGHT_IMPORTS = {
  name: "straight-imports",
  setup({ onLoad, resolve }) {
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

/** A module of ours as JavaScript without types. */
async function printed(path) {
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: extname(path).slice(1),
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return code;
}

/** [`a`, `b`] of each `a as b`. */
function pairsOf(names) {
  return names
    .split(",")
    .map((each) => each.trim().split(" as "))
    .filter(([name]) => name !== "")
    .map(([name, other = name]) => [name, other]);
}

// Until V8 has optimized a function it looks up a private name of a class by key, and asks what an object is before it calls a private method: a short run
// takes a tenth longer for that. So private names are plain properties in the bundle; that they are used nowhere else the compiler has checked by then.
import { parse } from "acorn";
import MagicString from "magic-string";

/** Rewrites the chunks of one bundle. Their classes are numbered, as one may extend another of another chunk. */
export class PlainNames {
  #classes = 0;

  /**
   * `code`, a module, with `$name` in place of each `#name`; `$name$7` in a class that extends another, as that may have a `#name` too.
   * Throws where `#name in object` asks whether an object has one, and where something else is called `$name`.
   */
  of(code) {
    if (!code.includes("#")) return code;
    const edited = new MagicString(code);
    const others = new Set();
    const made = new Set();
    const visit = (node, known) => {
      const { type, start, end, name } = node;
      if (type === "Identifier") others.add(name);
      if (type === "BinaryExpression" && node.left.type === "PrivateIdentifier")
        throw new Error(`#${node.left.name} in an object: cannot be distinguished from a plain property`);
      if (type === "PrivateIdentifier") {
        made.add(known.get(name));
        edited.overwrite(start, end, /[\w$]/.test(code.charAt(start - 1)) ? ` ${known.get(name)}` : known.get(name)); // as in `async#name`
      }
      const isClass = type === "ClassDeclaration" || type === "ClassExpression";
      const inside = isClass ? new Map([...known, ...this.#namesOf(node)]) : known;
      for (const part of partsOf(node)) visit(part, part === node.superClass ? known : inside);
    };
    visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }), new Map());
    for (const name of made) if (others.has(name)) throw new Error(`something else is called ${name}`);
    return edited.toString();
  }

  #namesOf({ superClass, body }) {
    this.#classes++;
    const own = body.body.flatMap(({ key }) => (key?.type === "PrivateIdentifier" ? [key.name] : []));
    return own.map((name) => [name, superClass === null ? `$${name}` : `$${name}$${this.#classes}`]);
  }
}

/** What `node` of a syntax tree is made of. */
function partsOf(node) {
  const parts = [];
  for (const key in node) {
    const part = node[key];
    if (Array.isArray(part))
      parts.push(...part.filter((each) => each !== null)); // a hole in a list is none
    else if (typeof part?.type === "string") parts.push(part);
  }
  return parts;
}

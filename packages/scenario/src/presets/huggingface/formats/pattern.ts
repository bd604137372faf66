/** Whether a module of a checkpoint, as `model.layers.0.mlp.down_proj`, is meant. */
export type NameTest = (name: string) => boolean;

const LONGEST = 1_000; // longest pattern in characters

/**
 * Predicate for `pattern` in a list of modules: a Python regular expression after `re:`, matched from the start as engines do; a glob with
 * `*`; else a module's name, with all modules below it. Undefined for an expression with anything but literals, classes, groups, `|`, `*`,
 * `+` and `?`. Patterns come from strangers' files: each match takes at most time in proportion to the pattern and the square of the name.
 */
export function patternTest(pattern: string): NameTest | undefined {
  if (pattern.length > LONGEST) return undefined;
  if (pattern.startsWith("re:")) {
    const node = new Reader(pattern.slice(3)).read();
    return node && ((name) => ends(node, name, new Set([0])).size > 0);
  }
  if (pattern.includes("*")) return (name) => matchesGlob(pattern, name);
  return (name) => name === pattern || name.startsWith(`${pattern}.`) || name.endsWith(`.${pattern}`);
}

/** Two pointers with one place to go back to: at most pattern × name steps. */
function matchesGlob(pattern: string, name: string): boolean {
  let [p, n, star, taken] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      taken = n;
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++taken;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

type Node =
  | { readonly kind: "one"; readonly has: (sign: string) => boolean }
  | { readonly kind: "all"; readonly of: readonly Node[] }
  | { readonly kind: "any"; readonly of: readonly Node[] }
  | { readonly kind: "repeat"; readonly of: Node; readonly least: 0 | 1; readonly most: 1 | undefined }
  | { readonly kind: "start" | "end" };

/**
 * Positions in `name` at which a match of `node` ends, starting from any position in `from`. Sets of positions replace backtracking, so
 * that no pattern takes exponential time.
 */
function ends(node: Node, name: string, from: ReadonlySet<number>): Set<number> {
  switch (node.kind) {
    case "one":
      return new Set([...from].flatMap((at) => (at < name.length && node.has(name[at]!) ? [at + 1] : [])));
    case "all":
      return node.of.reduce((places: Set<number>, each) => ends(each, name, places), new Set(from));
    case "any":
      return new Set(node.of.flatMap((each) => [...ends(each, name, from)]));
    case "start":
      return new Set([...from].filter((at) => at === 0));
    case "end":
      return new Set([...from].filter((at) => at === name.length));
    case "repeat": {
      const all = node.least === 0 ? new Set(from) : new Set<number>();
      let next = new Set(from);
      do {
        next = new Set([...ends(node.of, name, next)].filter((at) => !all.has(at)));
        for (const at of next) all.add(at);
      } while (node.most === undefined && next.size > 0);
      return all;
    }
  }
}

const CLASSES: Readonly<Record<string, (sign: string) => boolean>> = {
  d: (sign) => /[0-9]/.test(sign),
  w: (sign) => /\w/.test(sign),
};
const DEEPEST = 50;

/** Parses a regular expression; undefined for unsupported syntax. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Node | undefined {
    const node = this.#choice(0);
    return this.#at === this.#text.length ? node : undefined;
  }

  #choice(depth: number): Node | undefined {
    if (depth > DEEPEST) return undefined;
    const of = [this.#sequence(depth)];
    while (this.#takes("|")) of.push(this.#sequence(depth));
    return of.includes(undefined) ? undefined : { kind: "any", of: of as Node[] };
  }

  #sequence(depth: number): Node | undefined {
    const of: Node[] = [];
    while (this.#at < this.#text.length && !"|)".includes(this.#text[this.#at]!)) {
      const atom = this.#atom(depth);
      if (atom === undefined) return undefined;
      of.push(this.#repeated(atom));
    }
    return { kind: "all", of };
  }

  #repeated(of: Node): Node {
    if (this.#takes("*")) return this.#lazy({ kind: "repeat", of, least: 0, most: undefined });
    if (this.#takes("+")) return this.#lazy({ kind: "repeat", of, least: 1, most: undefined });
    return this.#takes("?") ? this.#lazy({ kind: "repeat", of, least: 0, most: 1 }) : of;
  }

  /** A lazy repeat ends in the same places. */
  #lazy(node: Node): Node {
    this.#takes("?");
    return node;
  }

  #atom(depth: number): Node | undefined {
    const sign = this.#text[this.#at++]!;
    if (sign === ".") return { kind: "one", has: () => true };
    if (sign === "^") return { kind: "start" };
    if (sign === "$") return { kind: "end" };
    if (sign === "[") return this.#set();
    if (sign === "(") {
      if (this.#takes("?") && !this.#takes(":")) return undefined; // lookarounds and names
      const inside = this.#choice(depth + 1);
      return this.#takes(")") ? inside : undefined;
    }
    if (sign === "\\") return this.#escaped();
    return "*+?{}".includes(sign) ? undefined : { kind: "one", has: (other) => other === sign };
  }

  #escaped(): Node | undefined {
    const sign = this.#text[this.#at++];
    if (sign === undefined) return undefined;
    const known = CLASSES[sign];
    if (known !== undefined) return { kind: "one", has: known };
    return /[A-Za-z0-9]/.test(sign) ? undefined : { kind: "one", has: (other) => other === sign };
  }

  #set(): Node | undefined {
    const isNot = this.#takes("^");
    const ranges: [string, string][] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== "]") {
      const from = this.#text[this.#at++]!;
      if (from === "\\") return undefined;
      const isRange = this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]";
      if (isRange) this.#at++;
      const to = isRange ? this.#text[this.#at++] : from;
      if (to === undefined) return undefined;
      ranges.push([from, to]);
    }
    if (!this.#takes("]")) return undefined;
    return { kind: "one", has: (sign) => ranges.some(([from, to]) => from <= sign && sign <= to) !== isNot };
  }

  #takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }
}

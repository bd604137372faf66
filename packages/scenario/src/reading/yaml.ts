import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Alias, Composer, isAlias, isMap, isScalar, LineCounter, type ParsedNode, type Scalar } from "yaml";
import type { Place, Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import type { Written } from "./written.ts";
import { DEEPEST, tokensOf } from "./yaml-syntax.ts";

const LONGEST_BYTES = 4 * 1024 * 1024;

const MOST_FAULTS = 20; // reported of one text
const MOST_ALIASED = 100_000; // values that aliases may repeat; a bomb has billions

/** Value of a YAML text, or its problems; neither for an empty text. */
export interface YamlReading {
  readonly root?: Written;
  readonly problems: readonly Problem[];
}

/** A line break of YAML 1.2 that its parser does not know: of old Macs. */
const BARE_RETURN = /\r(?!\n)/g;

/** Reads YAML 1.2 (core schema) that must be one document. `placeOf` gives the place of a line. Aliases are copied; merge keys are plain keys. */
export function readYaml(written: string, placeOf: (line: number, column: number) => Place): YamlReading {
  const text = written.replace(BARE_RETURN, "\n");
  const counter = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return placeOf(Math.max(1, line), Math.max(1, col));
  };
  const refused = (offset: number, given: string, wanted: string): YamlReading => ({
    problems: [{ path: [], given, wanted, place: place(offset) }],
  });
  if (text.length > LONGEST_BYTES || utf8ToBytes(text).length > LONGEST_BYTES) return refused(0, "a longer text", "at most 4 MiB");

  const { tokens, tooDeep } = tokensOf(text, counter);
  if (tooDeep !== undefined) return refused(tooDeep, "a deeper nesting", `at most ${DEEPEST} levels`);
  const composer = new Composer({ version: "1.2", schema: "core", resolveKnownTags: false, uniqueKeys: false, keepSourceTokens: false });
  const documents = [...composer.compose(tokens, true, text.length)];

  const errors = documents.flatMap((document) => document.errors).slice(0, 1); // those after it mostly follow from it
  const faults = errors.length > 0 ? errors : documents.flatMap((document) => document.warnings).slice(0, MOST_FAULTS);
  if (faults.length > 0) {
    return {
      problems: faults.map(({ message, pos }) => ({
        path: [],
        given: "unreadable text",
        wanted: `YAML 1.2 (${shortened(message)})`,
        place: place(pos[0]),
      })),
    };
  }
  const [document, second] = documents;
  if (second !== undefined) return refused(second.range[0], "a second document", "one document in the file");
  const contents = document?.contents as ParsedNode | null | undefined;
  return contents === null || contents === undefined ? { problems: [] } : new Reader(place).read(contents);
}

function shortened(message: string): string {
  return message.length > 200 ? `${message.slice(0, 199)}…` : message;
}

/** Walks one document in its order. */
class Reader {
  private readonly problems: Problem[] = [];
  private readonly place: (offset: number) => Place;
  private readonly anchored = new Map<string, ParsedNode>();
  /** Meaning of each alias at its place: a later anchor of the same name does not change it. */
  private readonly targets = new Map<ParsedNode, ParsedNode>();
  private readonly open = new Set<ParsedNode>();
  private aliased = 0;
  private inAlias = 0;

  constructor(place: (offset: number) => Place) {
    this.place = place;
  }

  read(contents: ParsedNode): YamlReading {
    const root = this.value(contents, [], this.place(contents.range[0]));
    return this.problems.length > 0 ? { problems: this.problems } : { root, problems: [] };
  }

  private value(node: ParsedNode | null, path: Path, place: Place): Written {
    if (this.inAlias > 0) this.aliased++;
    if (node === null) return { form: "scalar", value: null, place };
    if (isAlias(node)) return this.alias(node, path, place);
    if (node.anchor !== undefined && this.inAlias === 0) this.anchored.set(node.anchor, node);
    if (isScalar(node)) {
      if (isTooLarge(node)) this.refuse(path, place, shortened(node.source), `a number from -${LARGEST} to ${LARGEST}`);
      const isOther = typeof node.value === "number" && node.source !== String(node.value);
      return isOther ? { form: "scalar", value: node.value, source: node.source, place } : { form: "scalar", value: node.value, place };
    }
    this.open.add(node);
    const read = isMap(node)
      ? this.map(node.items as readonly Entry[], path, place)
      : this.list(node.items as readonly ParsedNode[], path, place);
    this.open.delete(node);
    return read;
  }

  private list(items: readonly ParsedNode[], path: Path, place: Place): Written {
    return { form: "list", items: items.map((item, i) => this.value(item, [...path, i], this.place(item.range[0]))), place };
  }

  private map(pairs: readonly Entry[], path: Path, place: Place): Written {
    const entries = new Map<string, Written>();
    for (const { key, value } of pairs) {
      const at = key === null ? place : this.place(key.range[0]);
      if (!isScalar(key)) {
        this.refuse(path, at, "a key that is not a word", "a plain word as the key");
        continue;
      }
      const name = String(key.value);
      if (entries.has(name)) this.refuse([...path, name], at, "the key a second time", "each key once");
      else entries.set(name, this.value(value, [...path, name], at));
    }
    return { form: "map", entries, place };
  }

  private alias(node: Alias.Parsed, path: Path, place: Place): Written {
    const nothing: Written = { form: "scalar", value: null, place };
    if (this.aliased > MOST_ALIASED) return nothing; // it was reported where it began
    const target = this.targets.get(node) ?? this.anchored.get(node.source);
    if (target === undefined || this.open.has(target)) {
      const wanted = target === undefined ? `an anchor &${shorten(node.source)} before it` : "an alias of something that does not hold it";
      this.refuse(path, place, `*${shorten(node.source)}`, wanted);
      return nothing;
    }
    this.targets.set(node, target);
    this.inAlias++;
    const value = this.value(target, path, place);
    this.inAlias--;
    if (this.aliased > MOST_ALIASED && this.inAlias === 0) {
      this.refuse(path, place, "aliases of aliases", `aliases that repeat at most ${MOST_ALIASED} values`);
    }
    return value;
  }

  private refuse(path: Path, place: Place, given: string, wanted: string): void {
    if (this.problems.length < MOST_FAULTS) this.problems.push({ path, given, wanted, place });
  }
}

/** The largest number is 1.797…e308. */
const LARGEST = "1.79e308";

/** Whether digits there overflow to infinity. */
function isTooLarge({ value, source }: Scalar.Parsed): boolean {
  return (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) && /\d/.test(source);
}

type Path = readonly (string | number)[];

interface Entry {
  readonly key: ParsedNode | null;
  readonly value: ParsedNode | null;
}

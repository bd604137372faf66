import { parseQuantity, type Unit } from "@tokenyard/scenario";
import jsep from "jsep";
import { at, type Fault } from "./fault.ts";

/** An expression as it is written. `at` is the index of its first character. */
export type Syntax =
  | { readonly kind: "number"; readonly value: number; readonly unit: Unit | ""; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "truth"; readonly value: boolean; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly given: readonly Syntax[]; readonly at: number }
  | { readonly kind: "unary"; readonly operator: "not" | "-"; readonly operand: Syntax; readonly at: number }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Syntax; readonly right: Syntax; readonly at: number };

export type BinaryOperator = "or" | "and" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "+" | "-" | "*" | "/";

const LONGEST = 1000; // characters; the parser calls itself for each bracket
const SPELLED: Readonly<Record<string, BinaryOperator>> = { "||": "or", "&&": "and" };
const OPERATOR = /\|\||&&|or\b|and\b|[=!<>]=|[<>+\-*/]/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const UNIT = /\s*(%|(?!(?:and|or)\b)[A-Za-z\u00b5\u03bc]+(?:\/[A-Za-z]+)?)/y;
const NAME = /[A-Za-z_]\w*(?:[.-]\w+)*/y;
const UNITS: readonly Unit[] = ["s", "h", "%", "B", "B/s", "FLOPS", "tokens/s", "requests/s", "USD", "USD/h", "W", "J", "g", "g/kWh"];

/** Node of the parser: ours, or one of its own kinds. */
type Node = Syntax | { readonly type: string; readonly [key: string]: unknown };

/** The parser's own class, which its types leave out. */
interface Parser {
  index: number;
  readonly expr: string;
  parse(): Node;
  gobbleSpaces(): void;
  gobbleToken(): Node | false;
  gobbleBinaryOp(): string | false;
  gobbleArguments(closing: number): Node[];
  gobbleStringLiteral(): Node;
}
const { Jsep } = jsep as unknown as { readonly Jsep: new (text: string) => Parser };

/** Leaves precedence and brackets to jsep; reads quantities, dotted names and the words `and`, `or`, `not` itself. */
class Reader extends Jsep {
  private readonly isName: (name: string) => boolean;

  constructor(text: string, isName: (name: string) => boolean) {
    super(text);
    this.isName = isName;
  }

  override gobbleBinaryOp(): string | false {
    this.gobbleSpaces();
    const found = this.match(OPERATOR)?.[0];
    return found === undefined ? false : found === "or" ? "||" : found === "and" ? "&&" : found;
  }

  override gobbleToken(): Node | false {
    this.gobbleSpaces();
    const start = this.index;
    const digits = this.match(NUMBER)?.[0];
    if (digits !== undefined) return this.quantity(digits, start);
    const sign = this.match(/-|!(?!=)|not\b/y)?.[0];
    if (sign !== undefined) {
      const operand = this.gobbleToken();
      if (!operand) throw at(this.index, `something after ${sign}`);
      return { kind: "unary", operator: sign === "-" ? "-" : "not", operand: operand as Syntax, at: start };
    }
    if (/["']/.test(this.expr.charAt(start))) {
      const literal = this.gobbleStringLiteral() as { readonly value: unknown };
      return { kind: "text", value: String(literal.value), at: start };
    }
    const name = this.name();
    if (name === undefined) return this.expr.charAt(start) === "(" && super.gobbleToken();
    if (name === "true" || name === "false") return { kind: "truth", value: name === "true", at: start };
    if (this.match(/\s*\(/y) === undefined) return { kind: "name", name, at: start };
    return { kind: "call", name, given: this.gobbleArguments(")".charCodeAt(0)) as Syntax[], at: start };
  }

  /** The number of `digits` with the unit that follows. `s/ttft` is a unit and a division. */
  private quantity(digits: string, start: number): Syntax {
    const after = this.index;
    const written = this.match(UNIT)?.[1];
    if (written === undefined) return { kind: "number", value: Number(digits), unit: "", at: start };
    for (const word of [written, written.split("/")[0] as string]) {
      const unit = word.endsWith("tokens/ms")
        ? "tokens/ms"
        : UNITS.findLast((each) => typeof parseQuantity(`1 ${word}`, each) === "number"); // of hours: h
      if (unit === undefined) continue;
      this.index = this.expr.indexOf(word, after) + word.length;
      const value = parseQuantity(`${digits} ${word}`, unit);
      if (typeof value === "number") return { kind: "number", value, unit, at: start };
      throw at(start, value.wanted, `${digits} ${word}`);
    }
    throw at(this.expr.indexOf(written, after), `a unit, as ${UNITS.join(", ")}, or an operator`, written);
  }

  /** The longest name that is known, as `breakdown.ttft.all-reduce`; else up to the first minus. */
  private name(): string | undefined {
    const start = this.index;
    const longest = this.match(NAME)?.[0];
    if (longest === undefined) return undefined;
    let name = longest;
    while (name.includes("-") && !this.isName(name)) name = name.slice(0, name.lastIndexOf("-"));
    this.index = start + name.length;
    return name;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.expr) ?? undefined;
    if (found !== undefined) this.index += found[0].length;
    return found;
  }
}

/** Reads `text`; `isName` distinguishes names with a minus from differences. Throws a Fault. */
export function syntaxOf(text: string, isName: (name: string) => boolean): Syntax {
  if (text.trim() === "") throw at(0, "an expression, such as ttft.p99 <= 10 s", "nothing");
  if (text.length > LONGEST) throw at(0, `an expression of at most ${LONGEST} characters`, `${text.length} characters`);
  return ours(parsed(new Reader(text, isName)));
}

function parsed(reader: Reader): Node {
  try {
    return reader.parse();
  } catch (error) {
    const { index, description } = error as { index?: number; description?: string };
    if (index === undefined || description === undefined) throw error;
    throw expected(reader.expr, index, description);
  }
}

function expected(text: string, index: number, description: string): Fault {
  const char = text.charAt(index);
  const given = index >= text.length ? "the end" : char;
  if (char === "=") return at(index, "==, <= or >= to compare", given);
  if (description.startsWith("Unexpected")) return at(index, "an operator or the end", given);
  return at(
    index,
    description
      .replace(/^Expected/, "")
      .replace(/^ ?Unclosed/, "a closing")
      .trim(),
    given,
  );
}

/** `node` with the parser's own kinds made ours. */
function ours(node: Node): Syntax {
  if ("type" in node) {
    if (node.type === "BinaryExpression") {
      const left = ours(node["left"] as Node);
      const operator = String(node["operator"]);
      return {
        kind: "binary",
        operator: SPELLED[operator] ?? (operator as BinaryOperator),
        left,
        right: ours(node["right"] as Node),
        at: left.at,
      };
    }
    const parts = (node["body"] ?? node["expressions"] ?? []) as readonly Node[];
    const second = parts[1];
    throw at(second === undefined ? 0 : ours(second).at, "one expression, its parts joined with and, or, + and the like");
  }
  if (node.kind === "unary") return { ...node, operand: ours(node.operand) };
  if (node.kind === "call") return { ...node, given: node.given.map(ours) };
  return node;
}

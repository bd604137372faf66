import { unknownIn } from "./expand.ts";

/** Whether the words of a test (`[`, `[[` or `test`, without it) hold; undefined where that is not known. */
export function holds(words: readonly string[]): boolean | undefined {
  const or = words.indexOf("||");
  if (or >= 0) return either(holds(words.slice(0, or)), holds(words.slice(or + 1)));
  const and = words.indexOf("&&");
  if (and >= 0) return both(holds(words.slice(0, and)), holds(words.slice(and + 1)));
  const inner = words.filter((word) => !["[", "[[", "]", "]]", "test"].includes(word));
  if (inner[0] === "!") {
    const negated = holds(inner.slice(1));
    return negated === undefined ? undefined : !negated;
  }
  if (inner.some((word) => unknownIn(word) !== undefined)) return undefined;
  const [a = "", operator = "", b = ""] = inner;
  if (a === "-n") return operator !== "";
  if (a === "-z") return operator === "";
  if (inner.length === 1) return a === "true" ? true : a === "false" ? false : undefined;
  return compared(a, operator, b);
}

function compared(a: string, operator: string, b: string): boolean | undefined {
  switch (operator) {
    case "=":
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "-eq":
      return Number(a) === Number(b);
    case "-ne":
      return Number(a) !== Number(b);
    case "-gt":
      return Number(a) > Number(b);
    case "-ge":
      return Number(a) >= Number(b);
    case "-lt":
      return Number(a) < Number(b);
    case "-le":
      return Number(a) <= Number(b);
    default:
      return undefined;
  }
}

function either(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  return a === true || b === true ? true : a === undefined || b === undefined ? undefined : false;
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  return a === false || b === false ? false : a === undefined || b === undefined ? undefined : true;
}

const TOKEN = /\s*(\d+|[A-Za-z_]\w*|\*\*|[<>=!]=|&&|\|\||[-+*/%()<>?:!])/y;
const LONGEST = 1000;

const PRECEDENCE: readonly (readonly string[])[] = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

/** The value of the inside of `$(( … ))` in whole numbers; undefined where it names an unknown variable, or is no such expression. */
export function arithmetic(text: string, variable: (name: string) => string | undefined): number | undefined {
  const tokens = tokensOf(text.replaceAll("$", "").replaceAll("{", "").replaceAll("}", ""));
  if (tokens === undefined) return undefined;
  let at = 0;
  const ternary = (): number => {
    const test = binary(0);
    if (tokens[at] !== "?") return test;
    at++;
    const yes = ternary();
    if (tokens[at] !== ":") return Number.NaN;
    at++;
    const no = ternary();
    return test !== 0 ? yes : no;
  };
  const binary = (level: number): number => {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    while (operators.includes(tokens[at] ?? "")) {
      const operator = tokens[at++]!;
      left = apply(operator, left, binary(level + 1));
    }
    return left;
  };
  const unary = (): number => {
    const token = tokens[at++];
    if (token === "-") return -unary();
    if (token === "!") return unary() === 0 ? 1 : 0;
    if (token === "(") {
      const inner = ternary();
      return tokens[at++] === ")" ? inner : Number.NaN;
    }
    if (token === undefined) return Number.NaN;
    if (/^\d+$/.test(token)) return Number(token);
    const value = variable(token);
    return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  };
  const value = ternary();
  return at === tokens.length && Number.isSafeInteger(value) ? value : undefined;
}

function tokensOf(text: string): string[] | undefined {
  if (text.length > LONGEST) return undefined;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    tokens.push(match[1]!);
  }
  return tokens;
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? Number.NaN : Math.trunc(a / b);
    case "%":
      return b === 0 ? Number.NaN : a % b;
    case "<":
      return Number(a < b);
    case ">":
      return Number(a > b);
    case "<=":
      return Number(a <= b);
    case ">=":
      return Number(a >= b);
    case "==":
      return Number(a === b);
    case "!=":
      return Number(a !== b);
    case "&&":
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}

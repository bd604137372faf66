import { CST, Lexer, type LineCounter, Parser } from "yaml";

/** Levels of maps and lists that are read. */
export const DEEPEST = 64;

/** The syntax of `text`, or the offset where it nests too deep: the parser's time grows with the square of the depth, so it stops there. */
export function tokensOf(text: string, counter: LineCounter): { readonly tokens: CST.Token[]; readonly tooDeep?: number } {
  const parser = new Parser(counter.addNewLine);
  const tokens: CST.Token[] = [];
  counter.addNewLine(0);
  let brackets = 0;
  let dashes = 0; // on this line: `- - -` nests too
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === "[" || lexeme === "{") brackets++;
    else if (lexeme === "]" || lexeme === "}") brackets--;
    else if (lexeme === "-" || lexeme === "?") dashes++;
    else if (lexeme.includes("\n")) dashes = 0;
    if (brackets > DEEPEST || dashes > DEEPEST) return { tokens, tooDeep: parser.offset };
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const tooDeep = tokens.map(deepOffset).find((offset) => offset !== undefined);
  return tooDeep === undefined ? { tokens } : { tokens, tooDeep };
}

/** Offset of the first value in `token` that is too deep; walks without recursion, since the depth is in doubt. */
function deepOffset(token: CST.Token): number | undefined {
  const waiting: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) return token.offset;
    if (token.type === "document" && token.value !== undefined) waiting.push({ token: token.value, depth });
    if (!CST.isCollection(token)) continue;
    for (let i = token.items.length - 1; i >= 0; i--) {
      const { key, value } = token.items[i] as CST.CollectionItem;
      if (value !== undefined) waiting.push({ token: value, depth: depth + 1 });
      if (key !== undefined && key !== null) waiting.push({ token: key, depth: depth + 1 });
    }
  }
  return undefined;
}

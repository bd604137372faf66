/** Text in a table; `ink` colours it without changing its width. */
export interface Cell {
  readonly text: string;
  readonly ink?: (text: string) => string;
}

export type Row = readonly (Cell | string)[];

/** Lines that are all `width` characters wide, colours aside. */
export interface Block {
  readonly width: number;
  readonly lines: readonly string[];
}

/** Sets `rows` in columns: a positive width aligns left, a negative one right. Text that is too long shifts the rest. */
export function table(rows: readonly Row[], widths: readonly number[]): Block {
  const lines = rows.map((cells) => {
    let line = "";
    let debt = 0; // characters by which the text so far is too long
    for (const [column, width] of widths.entries()) {
      const cell = cells[column] ?? "";
      const { text, ink = (same: string) => same } = typeof cell === "string" ? { text: cell } : cell;
      const room = Math.abs(width) - text.length - debt;
      const padding = " ".repeat(Math.max(0, room));
      debt = Math.max(0, -room);
      line += width < 0 ? padding + ink(text) : ink(text) + padding;
    }
    return line;
  });
  return { width: widths.reduce((sum, width) => sum + Math.abs(width), 0), lines };
}

/** Two blocks beside each other when `width` allows, else one below the other; the right one alone when the left is empty. */
export function beside(left: Block, right: Block, width: number): readonly string[] {
  if (left.lines.length === 0) return right.lines;
  const gap = width - left.width - right.width;
  if (gap < 2) return [...left.lines, "", ...right.lines];
  const count = Math.max(left.lines.length, right.lines.length);
  return Array.from({ length: count }, (_, at) => {
    const line = left.lines[at] ?? " ".repeat(left.width);
    return line + " ".repeat(Math.min(gap, 4)) + (right.lines[at] ?? "");
  });
}

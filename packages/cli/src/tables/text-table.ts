/** A column of a text table: its heading, in one or two lines, and its cells from the top. */
export interface TextColumn {
  readonly heading: string;
  /** Under the heading; the unit. */
  readonly unit?: string;
  readonly align: "left" | "right";
  readonly cells: readonly string[];
}

const GAP = "  ";

/** Lines of text: headings, units where any column has one, and the cells, each column as wide as its widest text. */
export function textTable(columns: readonly TextColumn[]): { readonly head: string[]; readonly body: string[] } {
  const widths = columns.map(({ heading, unit = "", cells }) =>
    cells.reduce((widest, cell) => Math.max(widest, cell.length), Math.max(heading.length, unit.length)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (columns[i]!.align === "right" ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join(GAP)
      .trimEnd();
  const head = [line(columns.map(({ heading }) => heading))];
  if (columns.some(({ unit }) => unit !== undefined && unit !== "")) head.push(line(columns.map(({ unit = "" }) => unit)));
  const count = columns.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const body = Array.from({ length: count }, (_, row) => line(columns.map(({ cells }) => cells[row] ?? "")));
  return { head, body };
}

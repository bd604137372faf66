import { htmlText } from "@tokenyard/report";
import type { TextColumn } from "./text-table.ts";

/** The table of `columns` as HTML, in a box of its own that scrolls; markup in a cell stays text. */
export function htmlTable(columns: readonly TextColumn[], caption: string): string {
  const head = columns.map(({ heading, unit = "", align }) => {
    const under = unit === "" ? "" : `<br><span class="faint">${htmlText(unit)}</span>`;
    const said = `${htmlText(heading)}${under}`;
    return said === "" ? "<td></td>" : `<th scope="col" class="${align}">${said}</th>`; // a header without words is none
  });
  const count = columns.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const rows = Array.from({ length: count }, (_, row) => {
    const cells = columns.map(({ cells, align }) => `<td class="${align}">${htmlText(cells[row] ?? "")}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scrolls" tabindex="0" role="region" aria-label="${htmlText(caption)}"><table class="answer-table"><caption class="hidden">${htmlText(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

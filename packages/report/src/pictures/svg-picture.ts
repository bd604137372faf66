import { htmlText } from "../html/plain-html.ts";

/** A picture as SVG: for slides, issues and pages. */
export interface SvgPicture {
  readonly width: number;
  readonly height: number;
  /** One line. */
  readonly title: string;
  /** Description of the picture, for screen readers. */
  readonly words: string;
  /** Marks, below one another. */
  readonly body: readonly string[];
}

/** Colours of both schemes; texts are at least 12 units high. */
const STYLE = `.ty{--ground:#fff;--ink:#17202a;--faint:#56616d;--edge:#c9d1d9;font:12px system-ui,sans-serif;max-width:100%;height:auto}
@media(prefers-color-scheme:dark){.ty{--ground:#12171d;--ink:#e8edf2;--faint:#a5b1bd;--edge:#3a4550}}
.ty text{fill:var(--ink)}.ty .faint{fill:var(--faint)}.ty .ground{fill:var(--ground)}.ty .grid{stroke:var(--edge)}.ty .end{text-anchor:end}.ty .middle{text-anchor:middle}.ty .name{font-weight:600}`;

/** The text of a picture: it names no other file, and the same picture has the same bytes. */
export function svgText({ width, height, title, words, body }: SvgPicture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" class="ty" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${htmlText(title)}</title>
<desc>${htmlText(words)}</desc>
<style>${STYLE}</style>
<rect class="ground" width="${width}" height="${height}"/>
${body.join("\n")}
</svg>
`;
}

/** A text at a place; `look` are classes: faint, name, end, middle. */
export function label(x: number, y: number, text: string, look = ""): string {
  return `<text${look === "" ? "" : ` class="${look}"`} x="${units(x)}" y="${units(y)}">${htmlText(text)}</text>`;
}

/** A length in units of the picture, to a hundredth. */
export function units(value: number): string {
  return String(Math.round(value * 100) / 100);
}

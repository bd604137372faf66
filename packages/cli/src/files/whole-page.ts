import { deflateRawSync, gunzipSync } from "node:zlib";
import type { GivenSource } from "./given-sources.ts";
import { pageFile } from "./page-template.ts";

/** The version of a state of the page, as links have it. */
const STATE = 1;

/** The whole page as one file without network access; it opens with `source`, or with the gallery. */
export function wholePage(source?: GivenSource): string {
  const page = gunzipSync(pageFile("whole.html.gz")).toString();
  return source === undefined ? page : page.replace('id="state">"STATE"', () => `id="state">${JSON.stringify(stateOf(source))}`);
}

/** A plan as the fragment of a link: deflated JSON in the letters of base64url. */
function stateOf({ text, path, files }: GivenSource): string {
  const json = JSON.stringify({ text, path, files, view: "answer" });
  return `s=${STATE}.${deflateRawSync(json).toString("base64url")}`;
}

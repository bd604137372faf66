import { deflateRawSync } from "node:zlib";
import type { GivenSource } from "../serve/given-sources.ts";
import { pageTemplate } from "./page-template.ts";

/** The version of a state of the page, as links have it. */
const STATE = 1;

/** The whole page as one file that asks nothing of any network; it opens with `source`, and with the gallery where there is none. */
export function wholePage(source: GivenSource | undefined): string {
  const template = pageTemplate("tokenyard.html");
  return source === undefined ? template : template.replace('"STATE"', () => JSON.stringify(stateOf(source)));
}

/** A plan as the fragment of a link: deflated JSON in the letters of base64url. */
function stateOf({ text, path, files }: GivenSource): string {
  const json = JSON.stringify({ text, path, files, view: "answer" });
  return `s=${STATE}.${deflateRawSync(json).toString("base64url")}`;
}

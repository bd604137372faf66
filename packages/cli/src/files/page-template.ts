import { existsSync, readFileSync } from "node:fs";

/** Folders of the built page: beside the bundle, and, where the sources run, that of the last build. */
const FOLDERS = ["web/", "../../dist/bundle/web/"];

/** The text of a template of the built page, such as `report.html`. */
export function pageTemplate(name: string): string {
  return pageFile(name).toString();
}

/** A file of the built page. */
export function pageFile(name: string): Buffer {
  const places = FOLDERS.map((folder) => new URL(`${folder}${name}`, import.meta.url));
  return readFileSync(places.find((place) => existsSync(place)) ?? places[0]!);
}

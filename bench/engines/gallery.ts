import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GALLERY } from "../house.ts";

/** What `scenarios/golden.json` keeps: folder → SHA-256 of the line that `tokenyard run --json --replications 1` prints. */
export type Hashes = Readonly<Record<string, string>>;

/** Folders whose plans are executed with numbers on every engine. */
export const VERIFIED: readonly string[] = ["two-ranks", "one-gpu"];

export function keptHashes(): Hashes {
  return JSON.parse(readFileSync(join(GALLERY, "golden.json"), "utf8"));
}

/** Every file of the gallery that a scenario may name, by its path in the gallery. */
export function galleryTexts(): Readonly<Record<string, string>> {
  const paths = readdirSync(GALLERY, { recursive: true, encoding: "utf8" }).filter((path) => /\.(ya?ml|json|jsonl|csv)$/.test(path));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(GALLERY, path), "utf8")]));
}

/** What `engine` found against what is kept, as lines; none when all is the same. */
export function differences(engine: string, found: Hashes, kept: Hashes): string[] {
  const folders = [...new Set([...Object.keys(kept), ...Object.keys(found)])].sort();
  return folders
    .filter((folder) => found[folder] !== kept[folder])
    .map((folder) => `${engine}: ${folder} gives ${found[folder] ?? "nothing"}, golden.json keeps ${kept[folder] ?? "nothing"}`);
}

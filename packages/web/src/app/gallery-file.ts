import { nearest } from "@tokenyard/scenario";
import type { Source } from "../worker/source.ts";

/** A scenario of the gallery as the page has it from its build. */
export interface Piece {
  readonly path: string;
  readonly name: string;
  /** What it shows, in a line. */
  readonly headline: string;
  /** Heading of its part of the gallery. */
  readonly group: string;
  readonly about: string;
  /** The conclusion of its kept report. */
  readonly conclusion: string;
}

export interface GalleryFile {
  readonly pieces: readonly Piece[];
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** The name of a scenario in a fragment, whether or not the gallery has it. */
export function pieceNamed(fragment: string): string | undefined {
  return /(?:^#?|&)open=([^&]*)/.exec(fragment)?.[1];
}

/** The scenario that a fragment names, as `#open=dead-gpu` or `#open=dead-gpu/trtllm.yaml`; undefined where it names none that is there. */
export function pieceIn(fragment: string, gallery: GalleryFile | undefined): Source | undefined {
  const given = pieceNamed(fragment);
  if (given === undefined || gallery === undefined) return undefined;
  const path = given.endsWith(".yaml") ? given : `${given}/scenario.yaml`;
  return Object.hasOwn(gallery.files, path) ? { text: gallery.files[path]!, path, files: gallery.files } : undefined;
}

/** Says that the gallery has no scenario of a name, and which one is near. */
export function noPiece(named: string, { files }: GalleryFile): string {
  const scenarios = Object.keys(files).filter((path) => path.endsWith(".yaml"));
  const names = scenarios.map((path) => path.replace(/\/scenario\.yaml$/, ""));
  const near = nearest(named, names);
  return `the gallery has no scenario ${named}${near === undefined ? "" : `; did you mean ${near}?`}`;
}

import type { ReadPieces } from "./trace-hash.ts";

interface Decoder {
  decode(piece?: Uint8Array, options?: { stream: boolean }): string;
}
const { TextDecoder } = globalThis as unknown as { TextDecoder: new (encoding: string, options: { fatal: boolean }) => Decoder };

/** Texts of tables by their paths, each read once. What it throws says why a file is none that can be read here. */
export function tableTexts(readPieces: ReadPieces): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    const text = known.get(path) ?? textOf(path, readPieces);
    known.set(path, text);
    return text;
  };
}

function textOf(path: string, readPieces: ReadPieces): string {
  if (/\.parquet$/i.test(path))
    throw new Error(
      "Parquet is read before a study begins, from what its scenario or --set names; where paths are varied name a .csv or .json file",
    );
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (const piece of readPieces(path)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

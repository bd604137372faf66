import type { Source } from "../worker/source.ts";

/** Larger files are no scenarios. */
const MOST_BYTES = 4 << 20;

/**
 * What was dropped as something to open: one scenario, with the other files beside it; with none, the files join the plan that is open.
 * A text says why there is nothing to open.
 */
export async function droppedSource(files: readonly File[], open: Source | undefined): Promise<Source | string | undefined> {
  const large = files.find(({ size }) => size > MOST_BYTES);
  if (large !== undefined)
    return `${large.name} has more than ${MOST_BYTES >> 20} MiB, and is no scenario: the command line reads large traces`;
  const texts = await Promise.all(files.map(async (file) => [file.name, await file.text()] as const));
  const scenario =
    texts.find(([name, text]) => /\.ya?ml$/.test(name) && /^tokenyard\s*:/m.test(text)) ?? texts.find(([name]) => /\.ya?ml$/.test(name));
  const beside = Object.fromEntries(texts.filter((each) => each !== scenario));
  if (scenario !== undefined) return { path: scenario[0], text: scenario[1], files: beside };
  if (open === undefined) return "drop a scenario: a file that ends in .yaml";
  return { ...open, files: { ...open.files, ...beside } };
}

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { chromeTrace } from "@tokenyard/report";
import { type LoadedScenario, loadScenario, type Scenario } from "@tokenyard/scenario";
import { prepare, run, simulate } from "@tokenyard/simulator";
import { verify } from "@tokenyard/study";
import type { Hashes } from "./gallery.ts";

// What runs inside the page: no file, no process, only the texts that it is given.

type Texts = Readonly<Record<string, string>>;

/** SHA-256 of the report of each folder, as the line that `tokenyard run --json --replications 1` prints. */
export function galleryHashes(texts: Texts, folders: readonly string[]): Hashes {
  return Object.fromEntries(folders.map((folder) => [folder, lineHash(simulatedOf(texts, folder))]));
}

/** SHA-256 of the verification of each folder, in its formats too, as the line that `tokenyard verify --json --formats` prints. */
export function verifiedHashes(texts: Texts, folders: readonly string[]): Hashes {
  return Object.fromEntries(folders.map((folder) => [folder, lineHash(verify(scenarioOf(texts, folder), { formats: true }))]));
}

/** How many events of each phase (`ph`) the engine's own JSON reader finds in the trace of the first `toNs` nanoseconds of a folder's run. */
export function traceCounts(texts: Texts, folder: string, toNs: number): Readonly<Record<string, number>> {
  const recording = run(prepare(scenarioOf(texts, folder)), { spans: { fromNs: 0, toNs } });
  const { traceEvents } = JSON.parse([...chromeTrace(recording)].join("")) as { traceEvents: { ph: string }[] };
  const counts: Record<string, number> = {};
  for (const { ph } of traceEvents) counts[ph] = (counts[ph] ?? 0) + 1;
  return counts;
}

function simulatedOf(texts: Texts, folder: string): object {
  const { scenario, readPieces } = loaded(texts, folder);
  return simulate(scenario, { readPieces });
}

function scenarioOf(texts: Texts, folder: string): Scenario {
  return loaded(texts, folder).scenario;
}

function loaded(texts: Texts, folder: string): LoadedScenario {
  const read = (path: string) => {
    const text = texts[path];
    if (text === undefined) throw new Error(`no file ${path} in the gallery`);
    return text;
  };
  const path = `${folder}/scenario.yaml`;
  return loadScenario(read(path), { read, path });
}

function lineHash(report: object): string {
  return bytesToHex(sha256(utf8ToBytes(`${JSON.stringify(report)}\n`)));
}

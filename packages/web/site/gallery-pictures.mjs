// A small timeline of each scenario of the gallery, drawn from its run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rankGroups, timelineSvg } from "@tokenyard/report";
import { loadScenario } from "@tokenyard/scenario";
import { inspect, prepare, start } from "@tokenyard/simulator";
import { HOUSE } from "./project-files.mjs";

const RANKS = 4;
/** Runs of no more events are drawn whole; of others, the beginning is. */
const WHOLE = 20_000;
const BEGINNING = 1_000;
const LONG_SECONDS = 2;
const AT_ONCE = 100;

/** The picture of `scenarios/name/scenario.yaml`, with its size and its words. */
export function galleryPicture(name) {
  const { workSeconds } = inspect(setupOf(name));
  return (workSeconds < LONG_SECONDS ? drawn(name, WHOLE, true) : undefined) ?? drawn(name, BEGINNING, false);
}

/** A setup, which is used once. */
function setupOf(name) {
  const bytesIn = (path) => readFileSync(join(HOUSE, "scenarios", path));
  const path = `${name}/scenario.yaml`;
  const options = { path, read: (file) => bytesIn(file).toString(), readPieces: (file) => [bytesIn(file)] };
  const { scenario, readPieces } = loadScenario(bytesIn(path).toString(), options);
  return prepare(scenario, { readPieces });
}

/** The run up to some `most` events; undefined where it `isWhole` only, and longer. */
function drawn(name, most, isWhole) {
  const setup = setupOf(name);
  const groups = rankGroups(setup);
  const shown = Math.min(RANKS, groups.length);
  const ranks = Array.from({ length: shown }, (_, at) => {
    const { firstRank, label } = groups[Math.floor((at * groups.length) / shown)];
    return { rank: firstRank, label };
  });
  const run = start(setup, { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER, ranks: ranks.map(({ rank }) => rank) } });
  let hasMore = true;
  while (hasMore && run.progress().events < most) hasMore = run.advance(AT_ONCE);
  if (hasMore && isWhole) return undefined;
  const toNs = run.progress().nowNs;
  const { spans, opKinds } = run.recording();
  const svg = timelineSvg({ name, spans, opKinds, ranks, fromNs: 0, toNs, isSmall: true });
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg);
  const [, words] = /<desc>(.*)<\/desc>/.exec(svg);
  return { svg, width, height, words };
}

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Report, summarize } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import { prepare, run } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { pieceIn } from "../app/gallery-file.ts";
import { VIEWS } from "../app/session.ts";
import { loadedSource, type Source } from "../worker/source.ts";
import { facts } from "./facts.ts";
import { GUIDE_TITLES, guideIn } from "./guide-titles.ts";
import { GUIDES } from "./guides.ts";
import { type Step, textOf } from "./step.ts";

const GALLERY = fileURLToPath(new URL("../../../../scenarios/", import.meta.url));
const files = Object.fromEntries(
  readdirSync(GALLERY, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => [path, readFileSync(`${GALLERY}${path}`, "utf8")]),
);
const sourceOf = ({ open }: Step): Source => pieceIn(`open=${open}`, { pieces: [], files })!;

const reports = new Map<string, Report>();
/** The report of the plan of a step, as the page's Worker makes it. */
function reportOf(step: Step): Report {
  const source = sourceOf(step);
  const known = reports.get(source.path);
  if (known !== undefined) return known;
  const { scenario, readPieces } = loadedSource(source, () => []);
  const report = summarize(run(prepare(scenario, { readPieces })), targetsOf(scenario), { perExpert: true });
  reports.set(source.path, report);
  return report;
}

/** Names with digits, which are no numbers of a run. */
const NAMES = /DeepSeek-V3|H100/g;

/** A step's sentence, once all in it is true of the run: its numbers come from the report, and its words hold. */
function checkedText(step: Step): string {
  const report = reportOf(step);
  const sentence = step.says(facts(report));
  for (const words of sentence.words) expect(words.replace(NAMES, "")).not.toMatch(/\d/);
  for (const number of sentence.numbers) expect(number).toMatch(/^<?[\d,.]+( [\w%µ/]+)*$/);
  expect(step.holds(report)).toBe(true);
  return textOf(sentence);
}

test("each step opens a scenario of the gallery in a view of the page", () => {
  expect(GUIDES.map(({ name }) => name)).toEqual(Object.keys(GUIDE_TITLES));
  for (const { steps } of GUIDES) {
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps) expect([sourceOf(step) !== undefined, VIEWS.includes(step.view)]).toEqual([true, true]);
  }
});

test("a sentence has the numbers of the run, and is false of another one", () => {
  const step = GUIDES[0]!.steps.find(({ open }) => open === "one-gpu")!;
  expect(checkedText(step)).toBe("The same 128 requests on 1 GPU of the same kind: it meets every target, at 271 tokens/ms.");
  const { targets, ...rest } = reportOf(step);
  expect(step.holds({ ...rest, targets: targets.map((target) => ({ ...target, met: false })) })).toBe(false);
});

test("every sentence holds, with the numbers that the simulator gives", { tags: ["long"] }, async () => {
  const texts = GUIDES.map(({ name, steps }) => `${GUIDE_TITLES[name]}\n${steps.map((step) => `- ${checkedText(step)}\n`).join("")}`);
  await expect(texts.join("\n")).toMatchFileSnapshot("guides.txt");
});

test.each([
  ["#guide=a-gpu-dies", { name: "a-gpu-dies", step: 1 }],
  ["#guide=a-gpu-dies&step=4", { name: "a-gpu-dies", step: 4 }],
  ["#guide=constructor", undefined],
  ["#open=guide", undefined],
])("%s is a step of a guide, or none", (fragment, wanted) => expect(guideIn(fragment)).toEqual(wanted));

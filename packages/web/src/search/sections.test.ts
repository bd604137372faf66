import { expect, test } from "vitest";
import { indexOf, searchOver } from "./sections.ts";

const sections = [
  { title: "Faults", heading: "Detectors", text: "The watchdog of an engine waits five minutes." },
  { title: "Faults", heading: "Spares", text: "A spare rank takes the place of a lost one." },
  { title: "Serving", heading: "Watchdog", text: "See the detectors." },
  { title: "Serving", heading: "Keys", text: "`serving.scheduler.tokenBudget` limits a step." },
].map((section, id) => ({ id, address: `page.html#${id}`, ...section }));
const find = searchOver(indexOf(sections));
const headings = (words: string) => find(words).map(({ heading }) => heading);

test("a heading counts more than a text", () => expect(headings("watchdog")).toEqual(["Watchdog", "Detectors"]));

test("all words must be there, and a beginning is enough", () => expect(headings("watch five")).toEqual(["Detectors"]));

test("where no section has all words, those with some are found", () =>
  expect(new Set(headings("watchdog spare"))).toEqual(new Set(["Watchdog", "Detectors", "Spares"])));

test("keys are found by their parts, and long words with a slip", () => {
  expect(headings("tokenBudget")).toEqual(["Keys"]);
  expect(headings("detecters")).toEqual(["Detectors", "Watchdog"]);
});

test("nothing is found where nothing is", () => expect(find("kubernetes")).toEqual([]));

// Uses the page in headless Chromium as a reader would, over `tokenyard serve` and from files: `pnpm test:browser`. Words name the parts to run, all without any.
// CHROMIUM names another executable than /usr/bin/chromium. `--pictures FOLDER` keeps screenshots, `--states FOLDER` small ones.
import { parseArgs } from "node:util";
import { answerFiles } from "./browser/answer-files.mjs";
import { conclusion } from "./browser/expectations.mjs";
import { followedStudy } from "./browser/followed-study.mjs";
import { givenFiles } from "./browser/given-files.mjs";
import { end, keepPictures, PLAN, serving } from "./browser/harness.mjs";
import { largeTrace } from "./browser/large-trace.mjs";
import { maps } from "./browser/maps.mjs";
import { prints } from "./browser/prints.mjs";
import { reader } from "./browser/reader.mjs";
import { reportFile } from "./browser/report-file.mjs";
import { savedFile } from "./browser/saved-file.mjs";
import { sliders } from "./browser/sliders.mjs";
import { states } from "./browser/states.mjs";
import { studies } from "./browser/studies.mjs";
import { timelines } from "./browser/timelines.mjs";
import { touch } from "./browser/touch.mjs";
import { views } from "./browser/views.mjs";
import { workerReports } from "./browser/worker-reports.mjs";

const PARTS = {
  reader,
  savedFile,
  followedStudy,
  prints,
  views,
  states,
  touch,
  timelines,
  givenFiles,
  largeTrace,
  workerReports,
  studies,
  sliders,
  maps,
  reportFile,
  answerFiles,
};
const { values, positionals } = parseArgs({
  options: { pictures: { type: "string" }, states: { type: "string" } },
  allowPositionals: true,
});
keepPictures({ png: values.pictures, jpeg: values.states });
try {
  const address = await serving(PLAN);
  for (const [name, part] of Object.entries(PARTS)) if (positionals.length === 0 || positionals.includes(name)) await part(address);
} finally {
  await end();
  console.log(conclusion("the page"));
}

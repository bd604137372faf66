import type { StudyRow, StudyTable } from "@tokenyard/study";
import { render } from "preact";
import { StudyView } from "../study/study-view.tsx";
import { written } from "../study/value.ts";

const place = document.getElementById("page")!;
const study = JSON.parse(document.getElementById("study")!.textContent ?? "") as StudyTable;
document.title = study.title;

/** The options with which the command line runs this point alone. */
function optionsOf({ parameters }: StudyRow): string {
  const own = study.parameters.flatMap(({ path }, at) => (parameters[at] === null ? [] : [`${path}=${written(parameters[at])}`]));
  return [...(study.set ?? []), ...own].map((each) => `--set '${each}'`).join(" ");
}

place.replaceChildren();
render(
  <StudyView
    study={study}
    point={(row) => (
      <p>
        This point alone:{" "}
        <code>
          tokenyard run {study.file} {optionsOf(row)}
        </code>
      </p>
    )}
  />,
  place,
);

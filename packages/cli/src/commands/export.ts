import { existsSync, realpathSync, statSync } from "node:fs";
import { fileProblems } from "../files/destination.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { EXPORT_FORMS, exportStudy } from "../results/export.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { wrongValue } from "../terminal/located-problem.ts";

/** Writes the results in the study file at `file` to `destination`, in the form that its name ends in. */
export async function exportResults(file: string, destination: string): Promise<ExitCode> {
  const form = EXPORT_FORMS.find((each) => destination.endsWith(each));
  if (form === undefined) throw new BadInput([wrongValue("export", "", destination, `a name that ends in ${EXPORT_FORMS.join(", ")}`)]);
  const problems = fileProblems(destination);
  if (problems.length > 0) throw new BadInput(problems);
  if (existsSync(file) && existsSync(destination) && realpathSync(file) === realpathSync(destination)) {
    throw new BadInput([wrongValue("export", "", destination, "another file than the study")]);
  }
  if (existsSync(destination) && statSync(destination).isFile()) {
    throw new BadInput([wrongValue("export", "", destination, "a name that no file has: nothing is written over")]);
  }
  await exportStudy(file, destination, form);
  return FINE;
}

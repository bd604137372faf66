import { signal } from "@preact/signals";
import type { Session } from "./session.ts";

/**
 * Opens the files that a reader gave: a scenario, a launch, a report, or files for the open plan. A report is shown as it is; the others
 * run.
 */
export function giveFiles(session: Session, files: readonly File[]): void {
  if (files.length === 0) return;
  session.refused.value = [];
  session.ask({ kind: "open", files, open: session.source.value }, (answer) => {
    if (answer.kind === "problems") {
      session.refused.value = answer.problems;
      session.news.value = answer.problems[0]?.message ?? "";
    } else if (answer.kind === "fault") session.fault.value = answer.message;
    if (answer.kind !== "opened") return;
    const { source, notes, report } = answer.opened;
    if (report === undefined) session.openAndRun(source);
    else {
      session.open(source);
      session.answered.value = { ...report, words: signal(report.words), source };
    }
    session.notes.value = notes;
  });
}

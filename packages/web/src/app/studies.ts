import type { Session } from "./session.ts";

/** Seeds of a comparison. */
export const PAIRS = 8;

/** Runs the sweep that the scenario of the text states, a seed for each point. */
export function runSweep(session: Session): void {
  const source = session.source.value;
  if (source === undefined) return;
  session.order({ kind: "sweep", source }, (answer) => {
    if (answer.kind === "study") session.study.value = { of: source, table: answer.table };
  });
}

/** Runs the text and the baseline in pairs with the same seeds. */
export function runComparison(session: Session): void {
  const [source, baseline] = [session.source.value, session.baseline.value?.source];
  if (source === undefined || baseline === undefined) return;
  session.order({ kind: "compare", source, baseline, replications: PAIRS }, (answer) => {
    if (answer.kind !== "comparison") return;
    session.comparison.value = { a: baseline, b: source, pair: answer.pair };
    session.news.value = answer.pair.conclusion.sentences.join(" ");
  });
}

/** Opens a point of the study, whose values `set` gives as `path=value`, as a plan of its own, and runs it. */
export function openPoint(session: Session, name: string, set: readonly string[]): void {
  const of = session.study.value?.of;
  if (of === undefined) return;
  session.order({ kind: "point", source: of, set }, (answer) => {
    if (answer.kind !== "point") return;
    session.open({ text: answer.text, path: of.path.replace(/[^/]*$/, `${name}.yaml`), files: of.files });
    session.run();
  });
}

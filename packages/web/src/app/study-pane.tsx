import type { StudyRow, StudyTable } from "@tokenyard/study";
import { Scrolls } from "../charts/scrolls.tsx";
import { StudyView } from "../study/study-view.tsx";
import { numberText, written } from "../study/value.ts";
import type { Pair, PairedNumber } from "../worker/studies.ts";
import type { Session } from "./session.ts";
import { openPoint, PAIRS, runComparison, runSweep } from "./studies.ts";

/** The plan against its baseline over several seeds, and the sweep that its scenario states. */
export function StudyPane({ session }: { readonly session: Session }) {
  const isBusy = session.running.value !== undefined;
  const swept = session.checked.value?.swept ?? [];
  const study = session.study.value;
  const comparison = session.comparison.value;
  const baseline = session.baseline.value;
  const isOther = baseline !== undefined && baseline.source !== session.source.value;
  return (
    <>
      <h1>{session.checked.value?.name ?? "This plan"}: comparison and sweep</h1>
      <section aria-labelledby="compare-title">
        <h2 id="compare-title">Against the baseline</h2>
        {isOther ? (
          <p>
            <button type="button" id="compare" disabled={isBusy} onClick={() => runComparison(session)}>
              Compare over {PAIRS} seeds
            </button>
          </p>
        ) : (
          <p>
            Make a report the baseline and change the plan: both then run with the same seeds, so that chance is kept apart from change.
          </p>
        )}
        {comparison !== undefined && <Comparison pair={comparison.pair} isPale={comparison.b !== session.source.value} />}
      </section>
      <section aria-labelledby="sweep-title">
        <h2 id="sweep-title">The sweep of this scenario</h2>
        {swept.length === 0 ? (
          <p>
            The scenario has none. Write one into the text: <code>{"sweep: { vary: { parallelism.tensor: [1, 2, 4] } }"}</code>
          </p>
        ) : (
          <p>
            It varies {swept.join(", ")}.{" "}
            <button type="button" id="sweep" disabled={isBusy} onClick={() => runSweep(session)}>
              Run every point
            </button>
          </p>
        )}
        {study !== undefined && (
          <StudyView study={study.table} isPart point={(row) => <OpenPoint session={session} table={study.table} row={row} />} />
        )}
      </section>
    </>
  );
}

function OpenPoint({ session, table, row }: { readonly session: Session; readonly table: StudyTable; readonly row: StudyRow }) {
  const set = table.parameters.flatMap(({ path }, at) => (row.parameters[at] === null ? [] : [`${path}=${written(row.parameters[at])}`]));
  return (
    <p>
      <button type="button" id="open-point" onClick={() => openPoint(session, `point-${row.index}`, set)}>
        Open this point as a plan
      </button>
    </p>
  );
}

function Comparison({ pair, isPale }: { readonly pair: Pair; readonly isPale: boolean }) {
  const { conclusion, pairs, numbers } = pair;
  return (
    <div class={isPale ? "pale" : ""}>
      <p class={`conclusion ${conclusion.verdict}`}>{conclusion.sentences.join(" ")}</p>
      <p class="faint">
        a is the baseline, b the plan that is open; {pairs} pairs of runs, each with a seed of its own, the same chance for both
      </p>
      <Scrolls label="numbers of both">
        <table id="pair">
          <thead>
            <tr>
              {["metric", "a", "b", "typical change of a run", "verdict"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbers.map((each) => (
              <tr key={each.name}>
                <th scope="row">{each.name}</th>
                <td>{numberText(each.a.mean, each.unit)}</td>
                <td>{numberText(each.b.mean, each.unit)}</td>
                <td>{changeText(each)}</td>
                <td>{each.isReal === true ? "real" : each.a.mean === each.b.mean ? "the same" : "may be chance"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </div>
  );
}

function changeText({ change }: PairedNumber): string {
  if (change == null) return "";
  const { factor, interval } = change;
  const share = (value: number) => `${value < 0 ? "−" : "+"}${(100 * Math.abs(value)).toFixed(1)} %`;
  return interval === null ? share(factor - 1) : `${share(factor - 1)} (${share(interval.low - 1)} to ${share(interval.high - 1)})`;
}

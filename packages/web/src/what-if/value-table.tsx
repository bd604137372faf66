import { brief, measured, Numbers, partWords, type Report } from "@tokenyard/report";
import type { TriedValue } from "@tokenyard/study";
import { Scrolls } from "../charts/scrolls.tsx";
import { differenceText } from "../report/difference.ts";
import { shownNumbers } from "./shown-numbers.ts";

interface ValueTableProps {
  readonly tried: readonly TriedValue[];
  readonly place: number;
  readonly baseline: Report | undefined;
  readonly onChoose: (place: number) => void;
}

/** Every value with its numbers, their differences to the baseline, and what decides; a value's button moves the slider there. */
export function ValueTable({ tried, place, baseline, onChoose }: ValueTableProps) {
  const numbers = shownNumbers(tried);
  return (
    <Scrolls label="values of the slider">
      <table id="slider-values">
        <thead>
          <tr>
            <th scope="col">value</th>
            {numbers.map(({ name, words }) => (
              <th key={name} scope="col">
                {words}
              </th>
            ))}
            <th scope="col">bottleneck</th>
          </tr>
        </thead>
        <tbody>
          {tried.map(({ label, row }, at) => (
            <tr key={label} class={at === place ? "chosen" : ""}>
              <th scope="row">
                <button type="button" aria-pressed={at === place} onClick={() => onChoose(at)}>
                  {label}
                </button>
              </th>
              {row.status === "ok" ? (
                <Cells report={row.report} numbers={numbers} baseline={baseline} />
              ) : (
                <td class="reason" colSpan={numbers.length + 1}>
                  {row.reason}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function Cells({
  report,
  numbers,
  baseline,
}: {
  readonly report: Report;
  readonly numbers: ReturnType<typeof shownNumbers>;
  readonly baseline: Report | undefined;
}) {
  const { bottleneck } = report.conclusion;
  const own = new Numbers(report);
  const part = bottleneck?.part.slice(bottleneck.part.lastIndexOf(".") + 1);
  return (
    <>
      {numbers.map(({ name, path, unit }) => {
        const target = report.targets.find((each) => each.name === name);
        const difference = differenceText(report, baseline, path);
        return (
          <td key={name}>
            {target !== undefined && <span class={target.met ? "good" : "bad"}>{target.met ? "✓ " : "✗ "}</span>}
            {target?.never === true ? "never" : brief(measured(own.value(path), unit))}
            {difference !== undefined && difference !== "same" && <span class="faint"> {difference}</span>}
          </td>
        );
      })}
      <td>{part === undefined ? "–" : part === "bubbleShare" ? "bubbles" : partWords(part)}</td>
    </>
  );
}

import { brief, measured, type NumberSum, numberSum, percent, type Report } from "@tokenyard/report";

/** What one number of a report is made of, with the pages on the formulas of its parts; nothing for a number that is no sum. */
export function WhySum({ report, name, words }: { readonly report: Report; readonly name: string; readonly words: string }) {
  const sum = numberSum(report, name);
  if (sum === undefined) return null;
  return (
    <details class="why">
      <summary class="why-summary" aria-label={`why this ${words}?`}>
        why this?
      </summary>
      <SumTable sum={sum} />
    </details>
  );
}

/** The parts of a sum, and how they come about. */
export function SumTable({ sum }: { readonly sum: NumberSum }) {
  const { whole, unit, parts, how } = sum;
  const text = (value: number) => (value < 0 ? `−${brief(measured(-value, unit))}` : brief(measured(value, unit)));
  return (
    <>
      <p>{how}</p>
      <table class="why-table">
        <tbody>
          {parts.map((part) => (
            <tr key={part.words}>
              <th scope="row" class="why-part">
                {part.words}
                {part.page !== undefined && (
                  <>
                    {" "}
                    <code class="why-page">docs/{part.page}</code>
                  </>
                )}
              </th>
              <td>{text(part.value)}</td>
              <td>{whole > 0 && part.value > 0 ? percent(part.value / whole) : ""}</td>
            </tr>
          ))}
          <tr class="why-total">
            <th scope="row" class="why-part">
              {sum.words}
            </th>
            <td>{text(whole)}</td>
            <td />
          </tr>
        </tbody>
      </table>
    </>
  );
}

import { colourOf, percent } from "@tokenyard/report";

export interface Part {
  readonly name: string;
  readonly amount: number;
  /** Text that is shown. */
  readonly text: string;
  /** Difference to the baseline. */
  readonly change?: string | undefined;
}

/** The parts of a whole, which is above 0, as one bar with a row for each part. */
export function SplitBar({ title, parts }: { readonly title: string; readonly parts: readonly Part[] }) {
  const total = parts.reduce((sum, { amount }) => sum + amount, 0);
  const largest = parts.toSorted((a, b) => b.amount - a.amount);
  return (
    <div class="split">
      <h3>{title}</h3>
      <div class="bar" aria-hidden="true">
        {largest.map(({ name, amount }) => (
          <span key={name} style={{ width: `${(100 * amount) / total}%`, background: colourOf(name) }} title={name} />
        ))}
      </div>
      <table>
        <caption class="hidden">{title}</caption>
        <tbody>
          {largest.map(({ name, amount, text, change }) => (
            <tr key={name}>
              <th scope="row">
                <span class="swatch" style={{ background: colourOf(name) }} aria-hidden="true" />
                {name}
              </th>
              <td>{text}</td>
              {!text.endsWith("%") && <td>{percent(amount / total)}</td>}
              <td class="faint">{change}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import type { StudyRow } from "@tokenyard/study";
import { Scrolls } from "../charts/scrolls.tsx";
import { type BestCell, bestCells, pairKey, valuesAt } from "./best-cells.ts";
import type { PlacedMetric } from "./front.ts";
import { between, inkOn } from "./shade.ts";
import { numberText, written } from "./value.ts";

/** Most values across or down. */
const MOST = 100;

interface HeatTableProps {
  readonly rows: readonly StudyRow[];
  readonly down: { readonly at: number; readonly label: string };
  readonly across: { readonly at: number; readonly label: string };
  readonly metric: PlacedMetric;
  /** Whether targets or constraints are demanded of the rows. */
  readonly isDemanding: boolean;
}

/** A cell for each pair of values of two parameters; one whose best row misses the demands has no colour. */
export function HeatTable({ rows, down, across, metric, isDemanding }: HeatTableProps) {
  const cells = bestCells(rows, down.at, across.at, metric);
  const isFine = ({ met }: BestCell) => !isDemanding || met === true;
  const shown = [...cells.values()].filter(isFine).map(({ value }) => value);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const columns = valuesAt(rows, across.at).slice(0, MOST);
  const cellOf = (a: StudyRow["parameters"][number], b: StudyRow["parameters"][number]) => {
    const cell = cells.get(pairKey(a, b));
    const text = numberText(cell?.value ?? null, metric.unit);
    if (cell === undefined) return <td key={written(b)}>{text}</td>;
    if (!isFine(cell))
      return (
        <td key={written(b)} class="misses">
          ✗ {text}
        </td>
      );
    const share = high === low ? 0 : (cell.value - low) / (high - low);
    return (
      <td key={written(b)} style={{ background: between(share), color: inkOn(share) }}>
        {text}
      </td>
    );
  };
  return (
    <Scrolls label={`best ${metric.name} by ${down.label} and ${across.label}`}>
      <table id="heatmap">
        <thead>
          <tr>
            <th scope="col">
              {down.label} \ {across.label}
            </th>
            {columns.map((value) => (
              <th key={written(value)} scope="col">
                {written(value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {valuesAt(rows, down.at)
            .slice(0, MOST)
            .map((value) => (
              <tr key={written(value)}>
                <th scope="row">{written(value)}</th>
                {columns.map((other) => cellOf(value, other))}
              </tr>
            ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

import type { StudyRow, StudyTable } from "@tokenyard/study";
import { useState } from "preact/hooks";
import { Scrolls } from "../charts/scrolls.tsx";
import { inOrder, numberText, written } from "./value.ts";

/** Number of rows that the table shows at a time. */
const STEP = 200;

interface Column {
  readonly name: string;
  readonly title?: string;
  readonly better?: "less" | "more";
  readonly isText?: boolean;
  value(row: StudyRow): string | number | boolean | object | null | undefined;
  text(row: StudyRow): string;
}

/** Index, parameters, the metrics that are shown, targets, status, and reasons where there are any. */
export function columnsOf({ parameters, metrics, shown, demands, rows }: StudyTable): Column[] {
  const plain = (name: string, text: (row: StudyRow) => string | null): Column => ({
    name,
    isText: true,
    value: text,
    text: (row) => text(row) ?? "",
  });
  return [
    { name: "index", value: ({ index }) => index, text: ({ index }) => String(index) },
    ...parameters.map(
      ({ label, path }, at): Column => ({
        name: label,
        title: path,
        value: (row) => row.parameters[at],
        text: (row) => written(row.parameters[at]),
      }),
    ),
    ...shown.map((at): Column => {
      const { name, unit, better } = metrics[at]!;
      return { name, better, value: ({ values }) => values[at], text: ({ values }) => numberText(values[at] ?? null, unit) };
    }),
    ...(demands === null ? [] : [plain(demands, metText)]),
    plain("status", ({ status }) => status),
    ...(rows.every(({ reason }) => reason === null) ? [] : [plain("reason", ({ reason }) => reason)]),
  ];
}

function metText({ met, undecided }: StudyRow): string | null {
  return met === null ? null : met ? "met" : undecided ? "not enough evidence" : "missed";
}

/** `rows` in the order of a column, or unchanged without one; rows without a value come last in either direction. */
export function sorted(rows: readonly StudyRow[], column: Column | undefined, isDescending: boolean): readonly StudyRow[] {
  if (column === undefined) return rows;
  const isMissing = (value: unknown) => value === null || value === undefined;
  return rows.toSorted((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (isMissing(x) || isMissing(y)) return Number(isMissing(x)) - Number(isMissing(y)) || a.index - b.index;
    return (isDescending ? inOrder(y, x) : inOrder(x, y)) || a.index - b.index;
  });
}

interface PointTableProps {
  readonly study: StudyTable;
  readonly rows: readonly StudyRow[];
  /** Chooses a row to read. */
  onChoose(row: StudyRow): void;
}

/** The table of points, which its headings sort. */
export function PointTable({ study, rows, onChoose }: PointTableProps) {
  const [by, setBy] = useState<string | undefined>();
  const [isDescending, setDescending] = useState(false);
  const [most, setMost] = useState(STEP);
  const columns = columnsOf(study);
  const column = columns.find(({ name }) => name === by);
  const sort = ({ name, better }: Column) => {
    setDescending(name === by ? !isDescending : better === "more");
    setBy(name);
  };
  return (
    <>
      <Scrolls label="points">
        <table id="table">
          <thead>
            <tr>
              {columns.map((each) => (
                <th
                  key={each.name}
                  scope="col"
                  class={each.isText ? "text" : ""}
                  title={each.title}
                  aria-sort={each.name === by ? (isDescending ? "descending" : "ascending") : undefined}
                >
                  <button type="button" onClick={() => sort(each)}>
                    {each.name === by ? `${each.name} ${isDescending ? "▾" : "▴"}` : each.name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted(rows, column, isDescending)
              .slice(0, most)
              .map((row) => (
                <tr key={row.index} onClick={() => onChoose(row)}>
                  {columns.map((each) => {
                    const text = each.text(row);
                    return (
                      <td key={each.name} class={`${each.isText ? "text" : ""} ${["met", "missed", "failed"].includes(text) ? text : ""}`}>
                        {text}
                      </td>
                    );
                  })}
                </tr>
              ))}
          </tbody>
        </table>
      </Scrolls>
      {rows.length > most && (
        <button type="button" id="more" onClick={() => setMost(most + STEP)}>
          Show more
        </button>
      )}
    </>
  );
}

import type { StudyRow, StudyTable } from "@tokenyard/study";
import { useState } from "preact/hooks";
import { valuesAt } from "./best-cells.ts";
import { filterOf } from "./filter.ts";
import { frontOf, type PlacedMetric } from "./front.ts";
import { HeatTable } from "./heat-table.tsx";
import { axesOf, WIDE_BOX } from "./plot-axes.ts";
import { PointTable } from "./point-table.tsx";
import { shadeText } from "./region.ts";
import { drawnRows, Scatter } from "./scatter.tsx";
import { shades } from "./shade.ts";
import { numberText, written } from "./value.ts";

interface StudyViewProps {
  readonly study: StudyTable;
  /** Whether it is a section of a page that has a title of its own. */
  readonly isPart?: boolean;
  /** Content beside the selected point: a command, or a button that opens it. */
  point?(row: StudyRow): preact.ComponentChildren;
}

const NO_COLOUR = -1;

/** A study: its Pareto front, two of its parameters against each other, and all of its points; every choice redraws the rest. */
export function StudyView({ study, isPart = false, point }: StudyViewProps) {
  const metrics = study.metrics.map((metric, at): PlacedMetric => ({ ...metric, at }));
  const parameters = study.parameters.map((parameter, at) => ({ ...parameter, at }));
  const [filter, setFilter] = useState("");
  const [acrossAt, setAcross] = useState(study.goals.x);
  const [upAt, setUp] = useState(study.goals.y);
  const [colourAt, setColour] = useState(NO_COLOUR);
  const [downParameter, setDownParameter] = useState(0);
  const [acrossParameter, setAcrossParameter] = useState(1);
  const [bestAt, setBest] = useState(study.goals.y);
  const [read, setRead] = useState<StudyRow | undefined>();

  const rows = study.rows.filter(filterOf(filter, study));
  const [x, y] = [metrics[acrossAt]!, metrics[upAt]!];
  const drawn = drawnRows(rows, x, y);
  const chosen =
    drawn.find((row) => row === read) ?? drawn.find(({ index }) => index === study.recommended) ?? frontOf(drawn, x, y)[0] ?? drawn[0];
  const coloured = colourAt === NO_COLOUR ? [] : valuesAt(rows, colourAt);
  const palette = new Map(coloured.map((value, at) => [written(value), shades(coloured.length)[at]!]));
  const isDemanding = study.demands !== null;
  const choices = (all: readonly { readonly at: number; readonly name: string }[]) =>
    all.map(({ at, name }) => (
      <option key={at} value={at}>
        {name}
      </option>
    ));
  const select = (id: string, label: string, value: number, set: (at: number) => void, all: readonly { at: number; name: string }[]) => (
    <label>
      {label}{" "}
      <select id={id} value={value} onChange={(event) => set(Number(event.currentTarget.value))}>
        {choices(all)}
      </select>
    </label>
  );
  const labels = parameters.map(({ at, label }) => ({ at, name: label }));
  return (
    <div class="study">
      {isPart ? <h2 id="title">{study.title}</h2> : <h1 id="title">{study.title}</h1>}
      <p id="summary">
        {rows.length} of {study.rows.length} points{study.made === "" ? "" : `, made by ${study.made}`}
      </p>
      {study.notes?.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <label class="filter">
        Filter{" "}
        <input
          id="filter"
          type="search"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="filter-help"
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </label>
      <p id="filter-help" class="faint">
        Words that a row must have, and comparisons, as <code>tensor=2 gpus&lt;=64</code>. Latencies are in seconds, shares in per cent.
      </p>
      <section aria-labelledby="scatter-title">
        <h2 id="scatter-title">Pareto front</h2>
        <div class="controls">
          {select("scatter-x", "Across", acrossAt, setAcross, metrics)}
          {select("scatter-y", "Up", upAt, setUp, metrics)}
          {select("scatter-colour", "Colour", colourAt, setColour, [{ at: NO_COLOUR, name: "none" }, ...labels])}
        </div>
        <Scatter
          rows={rows}
          x={x}
          y={y}
          chosen={chosen}
          isDemanding={isDemanding}
          colourOf={(row) => palette.get(written(row.parameters[colourAt]))}
          onChoose={setRead}
        />
        <p id="legend" class="legend">
          {coloured.map((value) => (
            <span key={written(value)}>
              <i style={{ background: palette.get(written(value)) }} />
              {written(value) === "" ? "none" : written(value)}
            </span>
          ))}
        </p>
        {study.demands !== null && drawn.length > 0 && (
          <p id="shaded" class="faint">
            {shadeText(
              x,
              y,
              study.demands,
              axesOf(drawn, { x, y }, WIDE_BOX).some(({ allowed }) => allowed === undefined),
            )}
          </p>
        )}
        <p id="detail" class="detail" aria-live="polite">
          {chosen === undefined ? "no point has both metrics" : detailText(chosen, study)}
        </p>
        {chosen !== undefined && point?.(chosen)}
        <p id="scatter-help" class="faint">
          {isDemanding ? `Hollow marks miss the ${study.demands}, or are not decided. ` : ""}Point at a mark to read it; with the keyboard,
          left and right walk through the marks, up and down through the front.
        </p>
      </section>
      {parameters.length > 1 && (
        <section id="heatmap-section">
          <h2 id="heatmap-title">Two parameters</h2>
          <div class="controls">
            {select("heatmap-rows", "Down", downParameter, setDownParameter, labels)}
            {select("heatmap-columns", "Across", acrossParameter, setAcrossParameter, labels)}
            {select("heatmap-metric", "Best", bestAt, setBest, metrics)}
          </div>
          <HeatTable
            rows={rows}
            down={parameters[downParameter]!}
            across={parameters[acrossParameter]!}
            metric={metrics[bestAt]!}
            isDemanding={isDemanding}
          />
          <p class="faint">
            Each cell has the best of all points with these two values
            {isDemanding ? `; ✗ where none of them meets the ${study.demands}` : ""}.
          </p>
        </section>
      )}
      <section>
        <h2 id="table-title">Points</h2>
        <PointTable study={study} rows={rows} onChoose={setRead} />
      </section>
    </div>
  );
}

function detailText(row: StudyRow, { parameters, metrics, shown, recommended, demands }: StudyTable): string {
  const settings = parameters.map(({ label }, at) => `${label} ${written(row.parameters[at])}`);
  const results = shown.map((at) => `${metrics[at]!.name} ${numberText(row.values[at] ?? null, metrics[at]!.unit)}`);
  const judged = demands === null ? "" : row.met === true ? ` Meets the ${demands}.` : row.undecided ? "" : ` Misses the ${demands}.`;
  return `${row.index === recommended ? "Recommended: point" : "Point"} ${row.index}: ${settings.join(", ")}. ${results.join(", ")}.${judged}`;
}

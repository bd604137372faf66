import type { Session } from "../app/session.ts";
import { FirstScreen } from "../report/first-screen.tsx";
import { ValueChart } from "./value-chart.tsx";
import { ValueTable } from "./value-table.tsx";
import type { Slid } from "./what-if-state.ts";

/** What a slider found: its sentences, the plan at the chosen value, and all values as picture and table. */
export function SliderAnswer({ session, slid }: { readonly session: Session; readonly slid: Slid }) {
  const { whatIf } = session;
  const { asked, tried, most, found } = slid;
  const given = tried.filter(({ isGiven }) => isGiven).length;
  const place = Math.min(whatIf.place.value ?? Math.floor(tried.length / 2), tried.length - 1);
  const chosen = tried[place];
  const isPale = slid.of.text !== session.source.value?.text;
  const baseline = session.baseline.value ?? session.answered.value;
  const use = () =>
    chosen && session.edit(asked.path.split("."), typeof chosen.value === "string" ? chosen.value : JSON.stringify(chosen.value));
  return (
    <div class={isPale ? "pale" : ""}>
      <p role="status" id="slider-state">
        {found === undefined && most === 0
          ? "preparing"
          : found === undefined
            ? `${given} of ${most} values have ended${given === most ? ", turning points are located" : ""}`
            : `${asked.path}: ${tried.length} values, of which ${tried.length - given} locate turning points${isPale ? "; of the text before your change" : ""}`}
      </p>
      {found !== undefined && (
        <ul class="turns" id="turns">
          {found.sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {chosen !== undefined && (
        <>
          <p class="slider">
            <label for="slider">{asked.path}</label>
            <input
              id="slider"
              type="range"
              min={0}
              max={tried.length - 1}
              step={1}
              value={place}
              aria-valuetext={chosen.label}
              onInput={({ currentTarget }) => (whatIf.place.value = Number(currentTarget.value))}
            />
            <output for="slider">{chosen.label}</output>
            <button type="button" onClick={use}>
              Use it in the plan
            </button>
          </p>
          {chosen.row.status === "ok" ? (
            <FirstScreen report={chosen.row.report} baseline={baseline?.report} level={2} />
          ) : (
            <p class="problems">
              At {chosen.label} no plan can be: {chosen.row.reason}
            </p>
          )}
        </>
      )}
      {tried.length > 1 && (
        <ValueChart path={asked.path} tried={tried} turns={found?.turns ?? []} place={place} baseline={baseline?.report} />
      )}
      {tried.length > 0 && (
        <ValueTable tried={tried} place={place} baseline={baseline?.report} onChoose={(at) => (whatIf.place.value = at)} />
      )}
    </div>
  );
}

import type { StudyRow } from "@tokenyard/study";
import { StudyView } from "../study/study-view.tsx";
import { type Followed, pointOf, type StudyState } from "./served.ts";
import type { Session } from "./session.ts";

/** A study that a command is writing, or wrote: how far it is, and its points so far. */
export function FollowedStudy({ session, study }: { readonly session: Session; readonly study: Followed }) {
  const { state, table } = study;
  return (
    <>
      {table === null && (
        <h1>
          {state.command} of {state.name}
        </h1>
      )}
      <p role="status" class="label" id="followed">
        {stateText(state)}
      </p>
      {table === null ? (
        <p>No point has ended yet: they come as they do.</p>
      ) : (
        <StudyView study={table} point={(row) => <OpenFollowed session={session} study={study} row={row} />} />
      )}
    </>
  );
}

/** `study.duckdb, still running: 58 points, 12 of them cannot be`. */
export function stateText({ file, isRunning, points, infeasible, failed }: StudyState): string {
  const parts = [
    `${points.toLocaleString("en-US")} ${points === 1 ? "point" : "points"}`,
    ...(infeasible > 0 ? [`${infeasible.toLocaleString("en-US")} of them cannot be`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString("en-US")} failed`] : []),
  ];
  return `${file}, ${isRunning ? "still running" : "not running"}: ${parts.join(", ")}`;
}

function OpenFollowed({
  session,
  study: { at, state },
  row,
}: {
  readonly session: Session;
  readonly study: Followed;
  readonly row: StudyRow;
}) {
  if (row.status !== "ok") return null;
  const open = async () => {
    const text = await pointOf(at, row.index);
    if (text === undefined) session.news.value = "the server has no scenario of this point";
    else session.openAndRun({ text, path: `${state.name}-point-${row.index}.yaml`, files: {} });
  };
  return (
    <p>
      <button type="button" id="open-point" onClick={open}>
        Open this point as a plan
      </button>
    </p>
  );
}

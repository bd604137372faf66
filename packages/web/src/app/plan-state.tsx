import { bytes, percent } from "@tokenyard/report";
import { formatQuantity } from "@tokenyard/scenario";
import { sentClaims } from "./sent.ts";
import type { Session } from "./session.ts";

/** State of a plan before its report: problems with their places, a sender's claims, a fault, or the work of a run. */
export function PlanState({ session }: { readonly session: Session }) {
  const problems = session.problems.value;
  const fault = session.fault.value;
  const checked = session.checked.value;
  const answered = session.answered.value;
  const running = session.running.value;
  const sent = sentClaims.value;
  const notes = session.notes.value;
  return (
    <>
      {sent !== undefined && answered === undefined && (
        <section class="first sent" aria-labelledby="sent-name">
          <p class="label">as sent, not recomputed here</p>
          <h1 id="sent-name">{sent.name}</h1>
          <p class={`conclusion ${sent.verdict}`}>{sent.conclusion}</p>
          <ul class="headlines">
            {sent.headlines.map(([words, sign, actual, target]) => (
              <li key={words}>
                <span class="name">{words}</span>
                <strong>
                  {sign} {actual}
                </strong>
                <span>{target === "" ? "" : `target ${target}`}</span>
              </li>
            ))}
          </ul>
          <p>
            <button type="button" class="run" autofocus onClick={() => session.run()}>
              Run it here
            </button>{" "}
            Made with tokenyard {sent.version}.
          </p>
        </section>
      )}
      {sent !== undefined && answered !== undefined && (
        <p class="label">
          {comparedText(sent.conclusion, sent.version, answered.report.conclusion.sentences.join(" "), answered.report.version)}
        </p>
      )}
      {notes.length > 0 && (
        <details class="label" open={notes.length < 3}>
          <summary>{notes[0]}</summary>
          <ul>
            {notes.slice(1).map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
      {problems.length > 0 && (
        <section class="problems" aria-labelledby="problems">
          <h2 id="problems">{problems.length === 1 ? "A problem in the text" : `${problems.length} problems in the text`}</h2>
          <ul>
            {problems.map(({ message, place }) => (
              <li key={`${place} ${message}`}>
                <code>{place}</code> {message}
              </li>
            ))}
          </ul>
          <AllowWork session={session} />
          {answered !== undefined && <p class="faint">What is below is of the text before your change.</p>}
        </section>
      )}
      {fault !== undefined && (
        <section class="problems" aria-labelledby="fault">
          <h2 id="fault">The run ended with a fault of ours</h2>
          <pre>{fault}</pre>
          <p>The text is as you left it. Run it again, or report this with the text.</p>
        </section>
      )}
      {answered === undefined && sent === undefined && problems.length === 0 && fault === undefined && checked !== undefined && (
        <section class="first" aria-labelledby="checked-name">
          <h1 id="checked-name">{checked.name}</h1>
          <p>
            {checked.gpus} GPUs in {checked.nodes} {checked.nodes === 1 ? "node" : "nodes"}; {bytes(checked.memory.reserved)} of{" "}
            {bytes(checked.memory.limit)} ({percent(checked.memory.reserved / checked.memory.limit)}) reserved on the fullest GPU; a run
            takes about {formatQuantity(Number(checked.workSeconds.toPrecision(1)), "s")} of one core.
          </p>
          <p>{running === undefined ? "Nothing has run yet: press Run." : "Running…"}</p>
        </section>
      )}
    </>
  );
}

/** Button that allows the work of a plan that was refused as too much, with the limit that the refusal names. */
function AllowWork({ session }: { readonly session: Session }) {
  const [, allowed, limit] =
    session.problems.value.map(({ message }) => /`(mostWork: ([^`]+))`/.exec(message)).find((found) => found !== null) ?? [];
  const text = session.source.value?.text;
  if (allowed === undefined || text === undefined) return null;
  const allow = () => {
    session.write(/^mostWork:.*$/m.test(text) ? text.replace(/^mostWork:.*$/m, allowed) : `${text.trimEnd()}\n${allowed}\n`);
  };
  return (
    <p>
      <button type="button" onClick={allow}>
        Allow {limit} of work
      </button>{" "}
      <span class="faint">or change the plan: it runs when you press Run, and can be stopped.</span>
    </p>
  );
}

/** Sentence on whether a run here agrees with the sender's. */
function comparedText(sent: string, sentVersion: string, found: string, version: string): string {
  if (sent === found) return "recomputed here: the same as was sent";
  const why = sentVersion === version ? "" : ` (sent by version ${sentVersion}, run by ${version})`;
  return `recomputed here: differs from what was sent${why}, which was: ${sent}`;
}

import type { Session } from "../app/session.ts";
import { facts } from "./facts.ts";
import { GUIDE_TITLES } from "./guide-titles.ts";
import { textOf } from "./step.ts";
import { stepOf, tour } from "./tour.ts";

/** The step of a guided plan: its sentence, with the numbers of this run, and the ways to the next and the last one. */
export function GuidePanel({ session }: { readonly session: Session }) {
  const now = tour.value;
  if (now === undefined) return null;
  const { guide, at, text } = now;
  const { length } = guide.steps;
  const answered = session.answered.value;
  const isChanged = session.source.value?.text !== text;
  const sentence = isChanged
    ? "You have changed the plan; this step is about the plan as it is in the gallery, and the next one opens it again."
    : answered === undefined || answered.source.text !== text
      ? "Running the plan, to say it with its own numbers…"
      : textOf(stepOf(now).says(facts(answered.report)));
  const go = (to: number) => {
    location.hash = `#guide=${guide.name}&step=${to + 1}`;
  };
  return (
    <section class="guide" aria-labelledby="guide-title">
      <h2 id="guide-title">{GUIDE_TITLES[guide.name]}</h2>
      <p class="sentence" aria-live="polite">
        {sentence}
      </p>
      <p class="ways">
        <button type="button" disabled={at === 0} onClick={() => go(at - 1)}>
          Back
        </button>
        <button type="button" class="run" disabled={at + 1 === length} onClick={() => go(at + 1)}>
          Next step
        </button>
        <span class="faint">
          step {at + 1} of {length}
        </span>
        <button
          type="button"
          onClick={() => {
            tour.value = undefined;
            history.replaceState(null, "", "#");
          }}
        >
          End the guide
        </button>
      </p>
    </section>
  );
}

import { formatQuantity } from "@tokenyard/scenario";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../app/session.ts";
import type { KnobOffer } from "./knob-offer.ts";
import { SliderAnswer } from "./slider-answer.tsx";

/** Values of a slider, as the cost of all is foretold. */
const POINTS = 16;

/** One key of the plan as a slider: what the plan would answer at other values, and where its answer turns. */
export function WhatIfView({ session }: { readonly session: Session }) {
  const { whatIf } = session;
  const source = session.source.value!;
  useEffect(() => whatIf.offer(source), [source]);
  const knobs = whatIf.knobs.value?.knobs ?? [];
  const slid = whatIf.slid.value;
  const [path, setPath] = useState(slid?.asked.path ?? "");
  const knob = knobs.find((each) => each.path === path) ?? knobs.find((each) => each.path === FIRST) ?? knobs[0];
  const refusal = whatIf.refusal.value;
  const hasProblems = session.problems.value.length > 0;
  return (
    <>
      <h1>{session.checked.value?.name ?? "This plan"}: what if</h1>
      <p>Turn one key of the plan and see where its answer changes. Every value is run, with the plan's own seed.</p>
      {knob !== undefined && (
        <SliderForm key={knob.path} session={session} knobs={knobs} knob={knob} setPath={setPath} isOff={hasProblems} />
      )}
      {refusal !== undefined && (
        <p class="problems" role="alert">
          {refusal}
        </p>
      )}
      {slid !== undefined && <SliderAnswer session={session} slid={slid} />}
    </>
  );
}

const FIRST = "cluster.network.fabric.bandwidth";

interface SliderFormProps {
  readonly session: Session;
  readonly knobs: readonly KnobOffer[];
  readonly knob: KnobOffer;
  readonly setPath: (path: string) => void;
  readonly isOff: boolean;
}

function SliderForm({ session, knobs, knob, setPath, isOff }: SliderFormProps) {
  const { whatIf } = session;
  const [ends, setEnds] = useState({ from: "", to: "" });
  const isRunning = whatIf.isRunning.value;
  const work = (session.checked.value?.workSeconds ?? 0) * (knob.words?.length ?? POINTS);
  const { from, to } = ends;
  const start = (event: Event) => {
    event.preventDefault();
    if (isRunning) whatIf.stop();
    else whatIf.start(session.source.value!, { path: knob.path, from, to, words: knob.words }, knob.value);
  };
  return (
    <form class="what-if" onSubmit={start}>
      <label>
        key{" "}
        <select id="slider-key" value={knob.path} onChange={(event) => setPath(event.currentTarget.value)}>
          {knobs.map(({ path, value }) => (
            <option key={path} value={path}>
              {path}: {value}
            </option>
          ))}
        </select>
      </label>
      {knob.words === undefined && (
        <>
          <label>
            from{" "}
            <input
              id="slider-from"
              placeholder="an eighth"
              value={from}
              onInput={({ currentTarget }) => setEnds({ from: currentTarget.value, to })}
            />
          </label>
          <label>
            to{" "}
            <input
              id="slider-to"
              placeholder="eight times"
              value={to}
              onInput={({ currentTarget }) => setEnds({ from, to: currentTarget.value })}
            />
          </label>
        </>
      )}
      <button type="submit" id="slide" class={isRunning ? "stop" : "run"} disabled={isOff && !isRunning}>
        {isRunning ? "Stop" : knob.words === undefined ? "Run its values" : `Run its ${knob.words.length} words`}
      </button>
      <span class="faint">
        {isOff ? "the text has problems" : work > 0 ? `about ${formatQuantity(Number(work.toPrecision(1)), "s")} of one core` : ""}
      </span>
    </form>
  );
}

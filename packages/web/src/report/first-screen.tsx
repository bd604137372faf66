import { headlineTexts, Numbers, planWords, type Report } from "@tokenyard/report";
import { counted, metricOf } from "@tokenyard/scenario";
import { differenceText, isBetter } from "./difference.ts";
import { WhySum } from "./why-sum.tsx";

interface FirstScreenProps {
  readonly report: Report;
  readonly baseline?: Report | undefined;
  readonly isPale?: boolean;
  /** Heading level: 2 beneath a heading of its own. */
  readonly level?: 1 | 2;
}

const SHOWN = 3;

/** Content of the first five seconds: the plan in words, the conclusion, three numbers with their targets, and their certainty. */
export function FirstScreen({ report, baseline, isPale = false, level = 1 }: FirstScreenProps) {
  const { scenario, conclusion } = report;
  const texts = headlineTexts(report, new Numbers(report));
  const decisive = texts.toSorted((a, b) => weight(a.name, a.sign, report) - weight(b.name, b.sign, report)).slice(0, SHOWN);
  return (
    <section class={isPale ? "first pale" : "first"} aria-labelledby="plan-name">
      {level === 1 ? <h1 id="plan-name">{scenario.name}</h1> : <h2 id="plan-name">{scenario.name}</h2>}
      <p class="plan-words">{planWords(report)}</p>
      <p class={`conclusion ${conclusion.verdict}`}>{conclusion.sentences.join(" ")}</p>
      <ul class="headlines">
        {decisive.map(({ name, words, sign, actual, target, margin, verdict }) => (
          <li key={name} class={sign === "✓" ? "good" : sign === "✗" ? "bad" : "open"}>
            <span class="name">{words}</span>
            <strong>
              {sign !== "" && (
                <span role="img" aria-label={SPOKEN[sign]}>
                  {sign}{" "}
                </span>
              )}
              {actual}
            </strong>
            <span class="wanted">
              <span>{target === "" ? "no target" : `target ${target}`}</span>{" "}
              <span class="faint">{[margin, verdict].filter((text) => text !== "").join("; ")}</span>
            </span>
            <Change report={report} baseline={baseline} name={name} />
            <WhySum report={report} name={name} words={words} />
          </li>
        ))}
      </ul>
      <p class="sure">{certaintyOf(report)}</p>
    </section>
  );
}

const SPOKEN = { "✓": "met", "✗": "missed", "?": "not decided" } as const;

/** The target that decides first, then missed ones. */
function weight(name: string, sign: string, { conclusion }: Report): number {
  if (name === conclusion.target) return 0;
  return sign === "✗" ? 1 : sign === "?" ? 2 : sign === "✓" ? 3 : 4;
}

function Change({ report, baseline, name }: { readonly report: Report; readonly baseline: Report | undefined; readonly name: string }) {
  const path = metricOf(name)?.path ?? name;
  const text = differenceText(report, baseline, path);
  if (text === undefined || baseline === undefined) return null;
  const better = isBetter(report, baseline, path);
  const word = better === undefined ? "" : better ? ", better" : ", worse";
  return <span class={`change ${better === undefined ? "" : better ? "good" : "bad"}`}>{`${text} against the baseline${word}`}</span>;
}

/** Certainty of the numbers: seeds, sources of kernel times, warnings and assumed values. */
export function certaintyOf({ seeds, models, warnings, assumed }: Report): string {
  const count = seeds?.count ?? 1;
  return [
    count === 1 ? "one seed: other seeds give other numbers" : `${count} seeds, with 95 % intervals`,
    models[0] ?? "",
    counted(warnings.length, "warning"),
    `${counted(assumed.length, "value")} assumed`,
  ]
    .filter((text) => text !== "")
    .join(" · ");
}

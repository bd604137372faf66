import { anySum, askedNumbers, type Report } from "@tokenyard/report";
import { useState } from "preact/hooks";
import { SumTable } from "./why-sum.tsx";

/** Any number of a report, as the reader chooses, with what it is made of, or that it is no sum. */
export function AskedNumber({ report }: { readonly report: Report }) {
  const asked = askedNumbers(report);
  const [name, setName] = useState("");
  const words = asked.find((each) => each.name === name)?.words;
  const sum = words === undefined ? undefined : anySum(report, name);
  return (
    <section aria-labelledby="asked">
      <h2 id="asked">Why this number?</h2>
      <select aria-label="number" value={name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
        <option value="">choose a number</option>
        {asked.map((each) => (
          <option key={each.name} value={each.name}>
            {each.words}
          </option>
        ))}
      </select>
      {sum !== undefined && <SumTable sum={sum} />}
      {words !== undefined && sum === undefined && (
        <p>
          {words} has no sum: {report.seeds === undefined ? "it is not made of parts that a report keeps" : "it is of several seeds"}.
        </p>
      )}
    </section>
  );
}

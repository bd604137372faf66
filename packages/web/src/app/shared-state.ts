import { headlineTexts, Numbers } from "@tokenyard/report";
import type { Shared } from "../link/link.ts";
import type { Source } from "../worker/source.ts";
import type { Session } from "./session.ts";

const SHOWN = 3;

/** The state of the page as a link has it: the text, the files that it extends, and the answer as it is shown. */
export function sharedOf(session: Session): Shared | undefined {
  const source = session.source.value;
  if (source === undefined) return undefined;
  const answered = session.answered.value;
  const isCurrent = answered !== undefined && answered.source === source;
  return {
    text: source.text,
    path: source.path,
    files: namedFiles(source),
    view: session.view.value,
    ...(session.stretch.value === undefined ? {} : { stretch: session.stretch.value }),
    ...(isCurrent
      ? {
          sent: {
            name: answered.report.scenario.name,
            version: answered.report.version,
            hash: answered.report.scenario.hash,
            verdict: answered.report.conclusion.verdict,
            conclusion: answered.report.conclusion.sentences.join(" "),
            headlines: headlineTexts(answered.report, new Numbers(answered.report))
              .slice(0, SHOWN)
              .map(({ words, sign, actual, target }) => [words, sign, actual, target] as const),
          },
        }
      : {}),
  };
}

/** Files that a text names, directly or through other files. */
function namedFiles({ text, files }: Source): Readonly<Record<string, string>> {
  const named: Record<string, string> = {};
  const look = (within: string) => {
    for (const [path, content] of Object.entries(files)) {
      const last = path.split("/").slice(-2).join("/");
      if (named[path] !== undefined || !(within.includes(last) || within.includes(path.split("/").at(-1)!))) continue;
      if (!/\.ya?ml$|\.json$/.test(path) || content === text) continue;
      if (last.endsWith("scenario.yaml") && !within.includes(last)) continue;
      named[path] = content;
      look(content);
    }
  };
  look(text);
  return named;
}

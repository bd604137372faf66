import { type ShellFault, shellCommands } from "./commands.ts";
import { holds } from "./condition.ts";
import { expanded, type Variables, type Word, wordsOf } from "./expand.ts";

/** A command that a script would run, as words. */
export interface ScriptCommand {
  readonly words: readonly Word[];
  /** The command as written in the script, for places in it. */
  readonly text: string;
  readonly line: number;
  readonly breaks: readonly number[];
  /** Whether a loop repeats it. */
  readonly isRepeated: boolean;
}

/** Effects of a script, as far as its text shows them. */
export interface Script {
  readonly commands: readonly ScriptCommand[];
  /** By their names as the script writes them: files that it writes. */
  readonly files: ReadonlyMap<string, string>;
  readonly fault?: ShellFault;
  /** Lines of conditions that could not be decided; their branches are left out. */
  readonly undecided: readonly number[];
}

const LONGEST_COMMAND = 65_536; // characters, as written and with its values
const MOST_COMMANDS = 100_000;
const MOST_ADDED = 4_000_000; // characters that values may add to a script

/**
 * Follows a script from top to bottom: assignments, files written by here-documents and echo, and branches that known values decide. Nothing is executed;
 * loops and functions are read once, as if they were plain lines. `variables` are known before, and changed.
 */
export function readScript(text: string, variables: Variables): Script {
  const { commands: lines, fault } = shellCommands(text);
  const commands: ScriptCommand[] = [];
  const files = new Map<string, string>();
  const undecided: number[] = [];
  const branches: { taken: boolean; done: boolean }[] = [];
  let loops = 0;
  let added = 0;
  const withValues = (part: string, isHeredoc: boolean) => {
    const whole = expanded(part, variables, isHeredoc);
    added += Math.max(0, whole.length - part.length);
    return whole;
  };
  const stopped = (line: number, what: string, wanted: string): Script => ({
    commands,
    files,
    undecided,
    fault: { line, column: 1, what, wanted },
  });
  for (const [at, { text: raw, line, breaks, heredoc }] of lines.entries()) {
    if (at >= MOST_COMMANDS)
      return stopped(line, `more than ${MOST_COMMANDS} commands`, "the commands that launch servers, without the rest");
    if (raw.length > LONGEST_COMMAND) {
      if (!SERVERS.test(raw.slice(0, LONGEST_COMMAND))) continue; // such as a file in base64
      return stopped(line, `a command of ${raw.length} characters`, `one of at most ${LONGEST_COMMAND}`);
    }
    const command = raw.replace(/^(?:then|do|else(?!\s+if\b))\s+/, (word) => {
      branchWord(word, branches);
      return "";
    });
    const head = /^(if|elif|else|fi|case|esac|for|while|until|done|do|then|function)(?![\w./=-])/.exec(command)?.[1];
    if (head === "if" || head === "elif") {
      const test = command.slice(head.length);
      const decided = isReached(branches, head === "elif") ? decidedBy(test, variables) : false;
      if (decided === undefined) undecided.push(line);
      branch(branches, head, decided === true);
      continue;
    }
    if (head === "else") {
      branchWord("else", branches);
      continue;
    }
    if (head === "fi") {
      branches.pop();
      continue;
    }
    if (head === "for" || head === "while" || head === "until") loops++;
    if (head === "done") loops = Math.max(0, loops - 1);
    if (head !== undefined || !branches.every(({ taken }) => taken) || /^[})]/.test(command)) continue;
    const whole = withValues(command.replace(/^\{\s+/, ""), false);
    const body = heredoc && (heredoc.isQuoted ? heredoc.text : withValues(heredoc.text, true));
    if (whole.length > LONGEST_COMMAND || added > MOST_ADDED)
      return stopped(
        line,
        "values that hold each other and grow without end",
        `commands of at most ${LONGEST_COMMAND} characters with their values`,
      );
    const words = wordsOf(whole);
    const rest = assigned(words, variables);
    if (rest.length === 0) continue;
    writeFile(rest, body, files);
    commands.push({ words, text: raw, line, breaks, isRepeated: loops > 0 });
  }
  return fault === undefined ? { commands, files, undecided } : { commands, files, undecided, fault };
}

const SERVERS = /\bvllm\b|\bsglang\b|\btrtllm-serve\b/;

function isReached(branches: readonly { taken: boolean; done: boolean }[], isElif: boolean): boolean {
  const around = isElif ? branches.slice(0, -1) : branches;
  return around.every(({ taken }) => taken) && !(isElif && branches.at(-1)?.done === true);
}

function branch(branches: { taken: boolean; done: boolean }[], head: string, taken: boolean): void {
  if (head === "if") branches.push({ taken, done: taken });
  else {
    const last = branches.at(-1);
    if (last !== undefined) Object.assign(last, { taken: taken && !last.done, done: last.done || taken });
  }
}

/** An `else` before a command on its line turns the branch. */
function branchWord(word: string, branches: { taken: boolean; done: boolean }[]): void {
  const last = branches.at(-1);
  if (word.trim() !== "else" || last === undefined) return;
  last.taken = !last.done;
  last.done = true;
}

function decidedBy(test: string, variables: Variables): boolean | undefined {
  return holds(wordsOf(expanded(test, variables)).map((each) => ("word" in each ? each.word : each.operator)));
}

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=(.*)$/s;

/** `words` without `export` and the like, and without assignments before a command. Assignments without a command change `variables`. */
function assigned(words: readonly Word[], variables: Variables): readonly Word[] {
  const plain = words.filter((each, at) => !(at === 0 && "word" in each && ["export", "declare", "local", "readonly"].includes(each.word)));
  const first = plain.findIndex((each) => !("word" in each) || !ASSIGNMENT.test(each.word));
  if (first >= 0) return plain.slice(first);
  for (const each of plain) {
    const [, name = "", more, value = ""] = ASSIGNMENT.exec((each as { word: string }).word)!;
    variables.set(name, more === "+" ? `${variables.get(name) ?? ""}${value}` : value);
  }
  return [];
}

/** Notes a file that `cat`, `tee`, `echo` or `printf` writes. */
function writeFile(words: readonly Word[], heredoc: string | undefined, files: Map<string, string>): void {
  const [first] = words;
  const name = first !== undefined && "word" in first ? first.word : "";
  const at = words.findIndex((each) => "operator" in each && (each.operator === ">" || each.operator === ">>"));
  const redirect = words[at];
  const target =
    at >= 0 ? words[at + 1] : name === "tee" || words.some((each) => "word" in each && each.word === "tee") ? lastWord(words) : undefined;
  if (target === undefined || !("word" in target)) return;
  const isEcho = name === "echo" || name === "printf";
  const text =
    heredoc ??
    (isEcho
      ? words
          .slice(1, at < 0 ? undefined : at)
          .map((each) => ("word" in each ? each.word : each.operator))
          .join(" ")
      : undefined);
  if (text === undefined) return;
  const isMore = redirect !== undefined && "operator" in redirect && redirect.operator === ">>";
  files.set(target.word, isMore ? `${files.get(target.word) ?? ""}${text}` : text);
}

function lastWord(words: readonly Word[]): Word | undefined {
  const at = words.findIndex((each) => "word" in each && each.word === "tee");
  return words.slice(at + 1).find((each) => "word" in each && !each.word.startsWith("-"));
}

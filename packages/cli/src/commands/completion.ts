import type { Command } from "commander";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";

export type Shell = "bash" | "zsh" | "fish";

/** A word to complete, with its meaning. */
interface Word {
  readonly word: string;
  readonly means: string;
}

interface Verb extends Word {
  readonly options: readonly (Word & { readonly takesValue: boolean; readonly choices: readonly string[] })[];
  /** Choices of its first argument, if that is no file. */
  readonly choices: readonly string[];
}

/** Prints a script for `shell` that completes commands, options and their choices; everything else is completed as a file. */
export function completion(program: Command, shell: Shell, presets: readonly string[], terminal: Terminal): ExitCode {
  const verbs = program.commands.map((command): Verb => {
    const choices = command.registeredArguments[0]?.argChoices ?? (command.name() === "presets" ? presets : []);
    const options = command.options.map(({ long, description, argChoices = [], required, optional }) => ({
      word: long!,
      means: description,
      takesValue: required || optional,
      choices: argChoices,
    }));
    return { word: command.name(), means: command.description(), options, choices };
  });
  const help = { word: "help", means: "print the help of a command", options: [], choices: verbs.map(({ word }) => word) };
  terminal.out.write(SCRIPTS[shell]([...verbs, help]));
  return FINE;
}

const SCRIPTS: Readonly<Record<Shell, (verbs: readonly Verb[]) => string>> = { bash, zsh, fish };

function bash(verbs: readonly Verb[]): string {
  return `# Completion of tokenyard for bash.
_tokenyard() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words="${wordsOf(verbs)} --help --version"
  else
    case "\${COMP_WORDS[1]} $before" in
${indented(6, choiceCases(verbs))}
      *) case "\${COMP_WORDS[1]}" in
${indented(8, verbs.map(bashCase))}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -o bashdefault -F _tokenyard tokenyard
`;
}

/** Shell cases of options that take one of several words, or a value of their own. */
function choiceCases(verbs: readonly Verb[]): string[] {
  return verbs.flatMap(({ word: verb, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ word, choices }) => `"${verb} ${word}") words="${choices.join(" ")}" ;;`),
  );
}

function bashCase({ word, options, choices }: Verb): string {
  const first = choices.length === 0 ? "" : `if ((COMP_CWORD == 2)); then words="${choices.join(" ")}"; fi; `;
  return `${word}) ${first}if [[ "$current" == -* ]]; then words="${wordsOf(options)} --help"; fi ;;`;
}

function zsh(verbs: readonly Verb[]): string {
  return `#compdef tokenyard
# Completion of tokenyard for zsh.
_tokenyard() {
  if ((CURRENT == 2)); then
    local -a verbs=(
${indented(
  6,
  verbs.map(({ word, means }) => quoted(`${word}:${means}`)),
)}
    )
    _describe command verbs
    return
  fi
  case "$words[2]" in
${indented(4, verbs.map(zshCase))}
  esac
}
compdef _tokenyard tokenyard
`;
}

function zshCase({ word, options, choices }: Verb): string {
  const described = options.map(({ word: option, means, takesValue, choices: values }) => {
    const value = takesValue ? `:value:${values.length > 0 ? `(${values.join(" ")})` : "_files"}` : "";
    return quoted(`*${option}[${means.replace(/[[\]:\\]/g, "\\$&")}]${value}`);
  });
  const first = choices.length === 0 ? [] : [quoted(`1:what:(${choices.join(" ")})`)];
  const all = [...first, quoted("--help[print this help]"), ...described, quoted("*:file:_files")];
  return `${word}) shift words; ((CURRENT--)); _arguments ${all.join(" ")} ;;`;
}

function fish(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap(({ word: verb, means, options, choices }) => {
    const after = `__fish_seen_subcommand_from ${verb}`;
    return [
      `complete -c tokenyard -n __fish_use_subcommand -f -a ${verb} -d ${quoted(means)}`,
      ...(choices.length === 0 ? [] : [`complete -c tokenyard -n ${quoted(after)} -f -a ${quoted(choices.join(" "))}`]),
      ...options.map(({ word, means: what, takesValue, choices: values }) => {
        const value = values.length > 0 ? ` -x -a ${quoted(values.join(" "))}` : takesValue ? " -r" : "";
        return `complete -c tokenyard -n ${quoted(after)} -l ${word.slice(2)}${value} -d ${quoted(what)}`;
      }),
    ];
  });
  return `# Completion of tokenyard for fish.\n${lines.join("\n")}\n`;
}

function wordsOf(words: readonly Word[]): string {
  return words.map(({ word }) => word).join(" ");
}

/** The text quoted as one word of any of these shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

function indented(by: number, lines: readonly string[]): string {
  return lines.map((line) => " ".repeat(by) + line).join("\n");
}

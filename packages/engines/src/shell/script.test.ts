import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { importText } from "../import.ts";
import { ImportProblems } from "../place.ts";
import { arithmetic } from "./arithmetic.ts";
import { shellCommands } from "./commands.ts";
import { unknownIn } from "./expand.ts";
import { readScript } from "./script.ts";

const wordsIn = (text: string, env: Record<string, string> = {}) =>
  readScript(text, new Map(Object.entries(env))).commands.map(({ words }) =>
    words.flatMap((each) => ("word" in each ? [each.word] : [`<${each.operator}>`])),
  );

describe("commands", () => {
  test("end at line ends and semicolons outside quotes, and go on after a backslash", () => {
    const { commands } = shellCommands('a \'x;\ny\' ; b \\\n  c # not this\n\n# nor this\nd "e\\"f"');
    expect(commands.map(({ text, line }) => [text, line])).toEqual([
      ["a 'x;\ny'", 1],
      ["b    c", 2],
      ['d "e\\"f"', 6],
    ]);
  });

  test("keep the text of a here-document apart", () => {
    const { commands } = shellCommands("cat > f << 'END'\nvllm serve x\nEND\nls");
    expect(commands.map(({ text, line, heredoc }) => [text, line, heredoc?.text])).toEqual([
      ["cat > f << 'END'", 1, "vllm serve x\n"],
      ["ls", 4, undefined],
    ]);
  });

  test("a quote that never ends is reported", () => {
    expect(shellCommands("a\nb 'c").fault).toEqual({
      line: 2,
      column: 3,
      what: "a ' that no other one ends",
      wanted: "a text that a shell can read",
    });
  });
});

describe("words", () => {
  test("are cut as a shell cuts them", () => {
    expect(wordsIn('a \'b c\' "d $X" $X e="$X"/f > out', { X: "1 2" })).toEqual([["a", "b c", "d 1 2", "1", "2", "e=1 2/f", "<>>", "out"]]);
  });

  test("variables have their values, defaults and sums", () => {
    const text = `A=3\nexport B=$((A*2 + 1))\nC=\${NONE:-x}\nD=\${A:+set}\necho $A $B $C $D \${E-y} $((B > 5 ? 10 : 20)) $(hostname)`;
    const [words] = wordsIn(text);
    expect(words!.slice(0, 7)).toEqual(["echo", "3", "7", "x", "set", "y", "10"]);
    expect(unknownIn(words![7]!)).toBe("hostname");
  });

  test("nothing comes from the environment of this process", () => {
    const [words] = wordsIn(`echo $HOME \${PATH}`);
    expect(words!.slice(1).map(unknownIn)).toEqual(["HOME", "PATH"]);
  });

  test("what values hold is cut at blanks, and means nothing more", () => {
    expect(wordsIn("run $X", { X: "a; rm -rf $HOME 'b" })).toEqual([["run", "a;", "rm", "-rf", "$HOME", "'b"]]);
  });
});

test("branches that known values decide are taken, others left out and reported", () => {
  const text =
    'if [ "$A" = "1" ]; then\n  one\nelif [[ $A -gt 1 && $B == x ]]; then\n  two\nelse\n  three\nfi\nif [ -n "$C" ]; then four; fi';
  expect(wordsIn(text, { A: "1" })).toEqual([["one"]]);
  expect(wordsIn(text, { A: "2", B: "x", C: "y" })).toEqual([["two"], ["four"]]);
  expect(wordsIn(text, { A: "2", B: "z" })).toEqual([["three"]]);
  expect(readScript(text, new Map([["A", "1"]])).undecided).toEqual([8]);
});

test.prop([fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 99 })])(
  "sums are those of whole numbers",
  (a, b, c) => {
    expect(arithmetic(`X + ${b} * (${c} - 2) / ${b} % 7`, (name) => (name === "X" ? String(a) : undefined))).toBe(
      a + (Math.trunc((b * (c - 2)) / b) % 7),
    );
  },
);

const pieces = [
  "'",
  '"',
  "`",
  "\\",
  "\n",
  "$",
  "${",
  "$((",
  "$(",
  ")",
  "}",
  "if ",
  "fi",
  "; ",
  "<< EOF\n",
  "vllm serve x --tensor-parallel-size ",
  "8",
  " ",
  "#",
  "{",
  "[[",
  "-",
];

test.prop([fc.array(fc.constantFrom(...pieces), { maxLength: 60 })])(
  "no text of shell ends otherwise than with a scenario or with problems",
  (parts) => {
    try {
      importText(parts.join(""), { file: "x.sh" });
    } catch (error) {
      expect(error).toBeInstanceOf(ImportProblems);
    }
  },
);

/** Texts that take long where a reader looks at each character more than a few times: of some ten megabytes, or a share of it. */
const endless = (share: number): [name: string, text: string][] => [
  ["words", "vllm serve x --foo bar ".repeat(Math.ceil(450_000 * share))],
  ["lines", "vllm serve x\n".repeat(Math.ceil(800_000 * share))],
  ["quotes in quotes", `vllm serve ${`"'`.repeat(Math.ceil(2_000_000 * share))}`],
  ["endless continuations", `vllm serve x ${"\\\n".repeat(Math.ceil(3_000_000 * share))}`],
  [
    "openings without ends",
    `vllm serve ${"${".repeat(Math.ceil(30_000 * share))}${"$((".repeat(Math.ceil(30_000 * share))}${"$(".repeat(Math.ceil(30_000 * share))}`,
  ],
  ["here-documents without ends", "vllm serve x << EOF\n".repeat(Math.ceil(400_000 * share))],
  ["backticks", `vllm serve ${"`".repeat(Math.ceil(4_000_001 * share))}`],
  ["comments", "# vllm serve x\n".repeat(Math.ceil(600_000 * share))],
  ["values that double", `A=x\n${'A="$A$A"\n'.repeat(Math.ceil(90_000 * share))}vllm serve $A`],
  ["names without values that double", `${'A="$A$A"\n'.repeat(Math.ceil(90_000 * share))}vllm serve $A`],
  ["values that are appended to themselves", `A=x\n${'A+="$A"\n'.repeat(Math.ceil(90_000 * share))}vllm serve x`],
  ["a long value in many commands", `A=${"x".repeat(Math.ceil(60_000 * share))}\n${"echo $A\n".repeat(Math.ceil(90_000 * share))}`],
];

test.each(endless(0.02))("%s end", isRefused);
test.each(endless(1))("%s end, of ten megabytes", { tags: "long" }, isRefused);

function isRefused(_: string, text: string): void {
  expect(() => importText(text, { file: "x.sh" })).toThrow(ImportProblems);
}

test.each([
  ["a value that doubles", `A=x\n${'A="$A$A"\n'.repeat(40)}vllm serve $A`, "17:1: values that hold each other and grow without end"],
  [
    "a command that never ends",
    `\nvllm serve x ${"\\\n".repeat(70_000)}y`,
    "2:1: a command of 70014 characters; wanted one of at most 65536",
  ],
  ["commands without number", `${"A=1\n".repeat(100_001)}vllm serve x`, "100001:1: more than 100000 commands"],
])("%s is refused at its place", (_, text, message) => {
  expect(() => importText(text, { file: "x.sh" })).toThrow(`x.sh:${message}`);
});

import { spawnSync } from "node:child_process";

/** Why Node cannot compile the module in `file`, and on which line; undefined where it can, or says neither. Nothing of it is executed. */
export function syntaxMistake(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 });
  const message = /^SyntaxError: (.*)$/m.exec(stderr ?? "")?.[1];
  const line = /^.*:(\d+)\r?\n/.exec(stderr ?? "")?.[1];
  return message === undefined || line === undefined ? undefined : `line ${line}: ${message}`;
}

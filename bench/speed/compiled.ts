/** What the optimizing compiler of V8 did with one function. */
interface Fate {
  readonly name: string;
  /** How often it was compiled, and how long that took in all. */
  times: number;
  ms: number;
  /** Why its code was thrown away, or never came to be, and how often. */
  readonly reasons: Map<string, number>;
  /** How often it was given up. */
  given: number;
}

const FUNCTION = /<JSFunction (.*?) ?\(sfi = (0x[0-9a-f]+)\)>/;
/** Log line about code that depends on facts that no longer hold. */
const DEPENDENT = /^\[marking dependent code .*\((0x[0-9a-f]+) <SharedFunctionInfo ?(.*?)>\).* reason: ([^\]]+)\]/;
const TOOK = /\(target TURBOFAN(?:[^)]*)\).* - took ([\d.]+), ([\d.]+), ([\d.]+) ms\]/;

/** What the optimizing compiler did in a run, as V8 reports with `--trace-opt --trace-deopt`. */
export class Compiled {
  /** By the address of what all closures of a function share: names come more than once. */
  readonly #fates = new Map<string, Fate>();

  read(line: string): void {
    const dependent = DEPENDENT.exec(line);
    if (dependent !== null) {
      count(this.#fateOf(dependent[2]!, dependent[1]!), dependent[3]!);
      return;
    }
    const [, name, address] = FUNCTION.exec(line) ?? [];
    if (address === undefined) return;
    const fate = this.#fateOf(name!, address);
    const took = TOOK.exec(line);
    if (line.startsWith("[completed compiling") && took !== null) {
      fate.times++;
      fate.ms += Number(took[1]) + Number(took[2]) + Number(took[3]);
    } else if (line.startsWith("[bailout")) count(fate, /reason: ([^)]+)\)/.exec(line)?.[1] ?? "unknown");
    else if (line.startsWith("[aborted optimizing") || line.startsWith("[disabled optimization")) {
      fate.given++;
      count(fate, `given up: ${/(?:because|reason): ?([^\]]+)/.exec(line)?.[1] ?? "unknown"}`);
    }
  }

  #fateOf(name: string, address: string): Fate {
    const known = this.#fates.get(address);
    if (known !== undefined) return known;
    const fate = { name: name === "" ? "(no name)" : name, times: 0, ms: 0, reasons: new Map(), given: 0 };
    this.#fates.set(address, fate);
    return fate;
  }

  /** Table of functions that were deoptimised or compiled more than once, the worst first, and the total. */
  table(): string {
    const all = [...this.#fates.values()];
    const shown = all
      .filter(({ times, given }) => times > 1 || given > 0)
      .sort((a, b) => b.given - a.given || b.times - a.times || b.ms - a.ms || (a.name < b.name ? -1 : 1));
    const again = shown.reduce((sum, { times, ms }) => sum + (ms * Math.max(0, times - 1)) / Math.max(1, times), 0);
    const rows = shown.map(({ name, times, ms, given, reasons }) => {
      const why = [...reasons].map(([reason, often]) => (often === 1 ? reason : `${reason} (${often})`)).join("; ");
      return `| ${name} | ${times} | ${given} | ${ms.toFixed(1)} | ${why} |\n`;
    });
    const head = "| function | compiled | given up | ms | why its code was thrown away |\n|---|---|---|---|---|\n";
    const compiled = all.filter(({ times }) => times > 0);
    const ms = compiled.reduce((sum, fate) => sum + fate.ms, 0);
    return `${head}${rows.join("")}\n${compiled.length} functions were compiled, in ${ms.toFixed(0)} ms of a core; to compile some again took ${again.toFixed(0)} of them.`;
  }
}

function count({ reasons }: Fate, reason: string): void {
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}

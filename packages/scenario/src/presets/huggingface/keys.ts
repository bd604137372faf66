import type { Problem } from "../../problems/problem.ts";
import { shorten } from "../../problems/shorten.ts";
import { refused } from "./refused.ts";

export type Config = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of a config, with their problems. */
export class Keys {
  readonly config: Config;
  readonly problems: Problem[];

  constructor(config: Config, problems: Problem[]) {
    this.config = config;
    this.problems = problems;
  }

  /** The map under `key` as keys of its own. */
  under(key: string): Keys | undefined {
    const value = this.config[key];
    return isMap(value) ? new Keys(value, this.problems) : undefined;
  }

  /** The value under `key`; undefined where it is missing or null. */
  value(key: string): unknown {
    return this.config[key] ?? undefined;
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  is(key: string): boolean {
    return this.config[key] === true;
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.config[key];
    return Array.isArray(value) ? value : undefined;
  }

  /** The first of `keys` that has a value. */
  first(...keys: readonly string[]): string | undefined {
    return keys.find((key) => this.has(key));
  }

  /** The whole number under the first of `keys` that has a value. */
  sizeOf(keys: readonly string[], otherwise?: number): number {
    return this.size(this.first(...keys) ?? keys[0]!, otherwise);
  }

  /** Number as `size` returns it, or 0. */
  whole(key: string, otherwise: number): number {
    return (this.#sameInAll(key) ?? otherwise) === 0 ? 0 : this.size(key, otherwise);
  }

  /** The whole number under `key`; `otherwise` where the config leaves it out or null. NaN after a problem. */
  size(key: string, otherwise?: number): number {
    const given = this.#sameInAll(key);
    const value = given ?? otherwise;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    const isReported = given === undefined && Number.isNaN(otherwise);
    if (!isReported) this.refuse(given === undefined ? `no ${key}` : `${key} ${shorten(given)}`, `a whole number from 1 up under ${key}`);
    return Number.NaN;
  }

  /** The value under `key`, which may be listed for each layer where all have the same. */
  #sameInAll(key: string): unknown {
    const [first, ...others] = this.list(key) ?? [];
    return first !== undefined && others.every((other) => other === first) ? first : this.value(key);
  }

  refuse(given: string, wanted: string): void {
    const problem = refused(given, wanted);
    if (!this.problems.some((other) => other.given === given && other.wanted === wanted)) this.problems.push(problem);
  }
}

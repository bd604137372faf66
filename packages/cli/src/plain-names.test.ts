import { expect, test } from "vitest";
import { PlainNames } from "../plain-names.mjs";

/** What the module's default export gives. */
async function run(code: string): Promise<unknown> {
  const { default: values } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return values();
}

const CLASSES = `
class Base{#n=1;static #made=0;constructor(){Base.#made++}get #twice(){return 2*this.#n}set #twice(n){this.#n=n/2}#add(k){return this.#n+=k}
async#later(k){return this.#add(k)}*#each(){yield this.#n;yield this.#twice}static get made(){return Base.#made}
async base(){this.#twice=10;const values=[this.#add(3),await this.#later(4),...this.#each()];
const inner=new (class{#m="inner";#add=7;of(base){return [this.#m,this.#add,base.#n]}});return [...values,...inner.of(this),this?.#n]}}
class Heir extends Base{#n="heir";#add(){return this.#n+"s"}heir(){this.#n+="!";return [this.#n,this.#add()]}}
class Last extends Heir{#n=["last"];last(){const {length}=this.#n;return [this.#n,length]}}
export default async()=>{const one=new Last();new Base();return [await one.base(),one.heir(),one.last(),Base.made]}`;

test("classes do the same with plain names, also where one that extends another has the same name", async () => {
  const plain = new PlainNames().of(CLASSES);
  expect(plain).not.toContain("#");
  const values = await run(CLASSES);
  expect(await run(plain)).toEqual(values);
  expect(values).toEqual([[8, 12, 12, 24, "inner", 7, 12, 12], ["heir!", "heir!s"], [["last"], 1], 2]);
});

test("a class of another chunk that extends one has names of its own", () => {
  const names = new PlainNames();
  const chunks = [
    "export class A{#n=1}",
    "import {A} from './a.js';export class B extends A{#n=2}",
    "import {B} from './b.js';export class C extends B{#n=3}",
  ];
  expect(chunks.map((chunk) => /\$n[$\d]*/.exec(names.of(chunk))?.[0])).toEqual(["$n", "$n$2", "$n$3"]);
});

test("nothing else is touched", () => {
  const code = "const text='#n',pattern=/#n/,shown=`#n`;class A{n=1;'#n'=2}";
  expect(new PlainNames().of(code)).toBe(code);
});

test("what a plain name cannot express is refused", () => {
  expect(() => new PlainNames().of("class A{#n;static is(a){return #n in a}}")).toThrow("#n in an object");
  expect(() => new PlainNames().of("const $n=1;class A{#n=$n}")).toThrow("something else is called $n");
});

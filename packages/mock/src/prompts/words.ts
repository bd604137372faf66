/** What answers are made of: each, with the space before it, is one token. Some have characters of several bytes, as text has. */
export const WORDS: readonly string[] = (
  "the a of to in is it on as at by we be or an so up if no do go all and are but can for had has her his how its may not now off one our out " +
  "own say see she the too two use was way who why you able back both case come each even ever face fact fast find form from full give good " +
  "half hand hard have head here high hold home idea just keep kind know last late left less life line list live long look made make many " +
  "mean meet mind more most move much must name near need next note once only open over part past path plan play rank read real rest right " +
  "road room rule same scale seek seem self send show side sign size slow some soon sort step stop such sure take talk task test than " +
  "that them then they thing this thus time token took tree true turn type unit upon very view wait walk want warm wave well went were what " +
  "when wide will wind wish with word work year café naïve façade über señor Ångström Łódź Ελλάδα мир שלום 東京 서울 数据 ∑ → € 🙂"
).split(" ");
const SPACED: readonly string[] = WORDS.map((word) => ` ${word}`);
const BYTES: readonly number[] = SPACED.map((word) => Buffer.byteLength(word));

/** Index of token number `at` of the answer to what `seed` stands for, among `WORDS`. */
export function wordAt(seed: number, at: number): number {
  let hash = Math.imul(seed ^ Math.imul(at + 1, 0x9e37_79b1), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % WORDS.length;
}

/** Token number `at` of the answer to what `seed` stands for: a space and a word. */
export function wordOf(seed: number, at: number): string {
  return SPACED[wordAt(seed, at)]!;
}

/** Bytes of that token in UTF-8. */
export function bytesOfWord(seed: number, at: number): number {
  return BYTES[wordAt(seed, at)]!;
}

/** Words that are a token each, with the space before them, in the vocabularies of today's models. */
export const WORDS = (
  "time year people way day man thing woman life child world school state family student group country problem hand part place case week company " +
  "system program question work government number night point home water room mother area money story fact month lot right study book eye job word " +
  "business issue side kind head house service friend father power hour game line end member law car city community name president team minute idea " +
  "body information back parent face level office door health person art war history party result change morning reason research girl guy moment air " +
  "teacher force education foot boy age policy music process market sense nation plan college interest death experience effect use class control field " +
  "development role effort rate heart drug show leader light voice wife police mind price report decision son view relationship town road arm difference"
).split(" ");

/** A text of words, one for each of `ids`. */
export function wordsOf(ids: ArrayLike<number>, from: number, to: number): string {
  const words: string[] = [];
  for (let i = from; i < to; i++) words.push(WORDS[ids[i]! % WORDS.length]!);
  return words.join(" ");
}

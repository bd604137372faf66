/** `of`, which answers the same for the same schema, asked once for each: studies check scenarios by the thousand. */
export function remembered<Key extends WeakKey, Value>(of: (key: Key) => Value): (key: Key) => Value {
  const answers = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = { value: of(key) };
      answers.set(key, answer);
    }
    return answer.value;
  };
}

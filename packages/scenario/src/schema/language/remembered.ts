/** `of` with its results cached by schema, as studies check thousands of scenarios. */
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

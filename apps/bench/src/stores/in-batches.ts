/** The values in arrays of that length; the last may be shorter. */
export function* inBatches<Value>(values: Iterable<Value>, length: number): Generator<Value[]> {
  let batch: Value[] = [];
  for (const value of values) {
    batch.push(value);
    if (batch.length < length) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

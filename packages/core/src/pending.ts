/** Whether a value is still to come. What is there at once is used at once: each wait costs a request more than the look-up it waits for. */
export function isPending<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** Something went otherwise than promised. */
export class Surprise extends Error {}

export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Surprise(otherwise);
}

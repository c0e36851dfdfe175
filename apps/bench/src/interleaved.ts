/**
 * Runs each contestant once per round, in turn, and keeps what each round gave. Every second round goes the other way about, so that nobody always follows the same one.
 *
 * @param warmUps Rounds that are run first and forgotten.
 */
export async function interleaved<Name extends string, Result>(
  contestants: Readonly<Record<Name, () => Promise<Result>>>,
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contestants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Result[]>;
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const result = await contestants[name]();
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

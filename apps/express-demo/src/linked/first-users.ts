import type { Users } from "./users.js";

/** Two invented people, for trying things out at once. Only before a local Spotify: their passwords are no secret. */
export const firstUsers: readonly { readonly name: string; readonly password: string }[] = [
  { name: "Robin", password: "chorus-twice" },
  { name: "Kim", password: "second-verse" },
];

/** Adds those who are not there yet. */
export async function addFirstUsers(users: Users): Promise<void> {
  await Promise.all(firstUsers.map(({ name, password }) => users.add(name, password)));
}

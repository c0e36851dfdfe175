import { shell } from "../shell.mjs";

/** Every file looks as `npm run format` leaves it. */
export async function format() {
  await shell("oxfmt", ["--check"]);
}

import { CommandFailed, shell } from "../shell.mjs";

/**
 * Installs one of Debian's packages, where that is possible.
 *
 * @param {string} name
 * @param {string} help what else would help; the error says it
 */
export async function aptInstall(name, help) {
  if (process.getuid?.() !== 0) throw new Error(help);
  process.stderr.write(`Installing Debian's ${name}\n`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    await shell("apt-get", ["update", "-qq"], { env });
    await shell("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], { env });
  } catch (error) {
    throw error instanceof CommandFailed ? new Error(`apt-get could not install ${name}. ${help}\n${error.message}`) : error;
  }
}

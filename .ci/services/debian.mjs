import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { installOnce } from "../toolchain/install-once.mjs";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * A program of one of Debian's suites with all libraries it needs, in a folder of its own: it runs on whatever Linux has apt, and changes none of the machine's packages. It takes no root.
 * What is fetched is what apt finds signed by Debian.
 *
 * @param {string} suite
 * @param {string} name of the package, and of the program in its /usr/bin
 * @returns {string} a folder that may be copied. The program in it has the same name
 */
export function fromDebian(suite, name) {
  if (!existsSync(keyring)) throw new Error(`${keyring}, by which Debian's signatures are checked, is missing: install the package debian-archive-keyring.`);
  return installOnce(`debian-${suite}-${name}`, (draft) => {
    const [apt, system] = [join(draft, "apt"), join(draft, "system")];
    for (const archive of download(apt, suite, name)) run("dpkg-deb", ["-x", archive, system]);
    keep(draft, system, name);
    for (const folder of [apt, system]) rmSync(folder, { recursive: true });
  });
}

/**
 * An apt that knows one suite and believes that nothing is installed, so it fetches all that a package depends on.
 *
 * @param {string} folder
 * @param {string} suite
 * @param {string} name
 * @returns {string[]} the archives
 */
function download(folder, suite, name) {
  const archives = join(folder, "archives");
  for (const each of [join(folder, "lists", "partial"), join(archives, "partial")]) mkdirSync(each, { recursive: true });
  writeFileSync(join(folder, "status"), "");
  writeFileSync(join(folder, "sources.list"), `deb [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`);
  const settings = {
    "Dir::State": folder,
    "Dir::State::status": join(folder, "status"),
    "Dir::Cache": folder,
    "Dir::Etc::sourcelist": join(folder, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Acquire::Languages": "none",
    // Whatever the machine's own settings are: nothing unsigned, and an index that cannot be had is an error.
    "Acquire::AllowInsecureRepositories": "false",
    "APT::Get::AllowUnauthenticated": "false",
    "APT::Update::Error-Mode": "any",
    // The user whom apt would be instead may not read here.
    "APT::Sandbox::User": "",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  run("apt-get", [...options, "-qq", "update"]);
  run("apt-get", [...options, "-qq", "-y", "--no-install-recommends", "--download-only", "install", name]);
  return readdirSync(archives)
    .filter((file) => file.endsWith(".deb"))
    .map((file) => join(archives, file));
}

/**
 * Keeps of an unpacked system a program, its libraries and the loader that belongs to them, which a script starts.
 *
 * @param {string} place
 * @param {string} system
 * @param {string} name
 */
function keep(place, system, name) {
  const files = readdirSync(system, { recursive: true, encoding: "utf8" });
  const loader = files.find((file) => /(^|\/)ld-linux[^/]*\.so\.\d+$/.test(file));
  if (loader === undefined) throw new Error(`Debian's ${name} came without a loader.`);
  const libraries = new Set(files.filter((file) => /(^|\/)lib\/[^/]+\/lib[^/]+\.so\.\d+$/.test(file)).map((file) => join(system, dirname(file))));
  const program = join(system, "usr", "bin", name);
  const needed = run(join(system, loader), ["--library-path", [...libraries].join(":"), "--list", program]).matchAll(/=> (\/\S+) \(/g);
  const kept = join(place, "kept");
  mkdirSync(kept);
  for (const file of new Set([program, join(system, loader), ...Array.from(needed, ([, path = ""]) => path)])) copyFileSync(file, join(kept, basename(file)));
  const script = `#!/bin/sh\nkept="\${0%/*}/kept"\nexec "$kept/${basename(loader)}" --library-path "$kept" "$kept/${name}" "$@"\n`;
  writeFileSync(join(place, name), script, { mode: 0o755 });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const { error, status, stdout, stderr } = spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", env });
  if (error) throw new Error(`${command} could not be started (${error.message}).`);
  if (status !== 0) throw new Error(`${command} ended with ${status}.\n${stdout}${stderr}`);
  return stdout;
}

import { delimiter, isAbsolute, relative, resolve } from "node:path";
import { TRUST_VARIABLE, workspaceFolders } from "./python/find.ts";

/**
 * The environment in which programs of this machine (`nvidia-smi`) are looked for. Where a folder is not trusted, PATH loses the
 * places inside its workspace and those that are relative: what lies there came with the folder.
 */
export function programEnvironment(env: NodeJS.ProcessEnv, baseDir: string): NodeJS.ProcessEnv {
  if (env[TRUST_VARIABLE] !== "0") return env;
  const top = workspaceFolders(baseDir).at(-1) ?? baseDir;
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      name.toUpperCase() === "PATH" ? outside(top, value ?? "") : value,
    ]),
  );
}

const outside = (folder: string, path: string): string =>
  path
    .split(delimiter)
    .filter((place) => isAbsolute(place) && isOutside(resolve(folder), place))
    .join(delimiter);

function isOutside(folder: string, place: string): boolean {
  const path = relative(folder, place);
  return isAbsolute(path) || path.split(/[\\/]/)[0] === "..";
}

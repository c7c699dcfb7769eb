import { userInfo } from "node:os";

/** Who asks for something, as journals keep it: `cli, user root`. */
export function whoAsks(through: "cli" | "editor"): string {
  return `${through}, user ${userName()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown"); // a container's user id without a name
  }
}

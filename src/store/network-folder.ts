import { statfsSync } from "node:fs";

/** `statfs` type numbers of network file systems (Linux `magic.h`, `statfs(2)`). */
const NETWORK_TYPES = new Map<number, string>([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x01021997, "9P"],
  [0x65735546, "FUSE"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x00c36400, "Ceph"],
  [0x19830326, "BeeGFS"],
  [0x5346414f, "AFS"],
  [0x564c, "NCP"],
  [0x786f4256, "VirtualBox shared folder"],
]);

/** The name of the network (or user-space) file system a folder lies on; undefined on a local one, and off Linux. */
export function networkFileSystem(folder: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return NETWORK_TYPES.get(statfsSync(folder).type >>> 0);
  } catch {
    return undefined; // the folder is not there yet
  }
}

/** SQLite's WAL needs shared memory between its processes, which network file systems do not give. */
export const journalModeFor = (folder: string): "wal" | "delete" => (networkFileSystem(folder) ? "delete" : "wal");

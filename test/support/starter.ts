// Submits a run and dies before it can wait for anything. usage: starter.cjs <folder of the run>
import { LocalLauncher } from "../../src/launch/local.ts";

void new LocalLauncher().submit(process.argv[2] as string, process.env);
process.kill(process.pid, "SIGKILL");

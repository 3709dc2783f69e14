import { createConnection } from "node:net";
import { text } from "node:stream/consumers";

/** Asks the supervisor of the test to stop or start the gateway, or whether it runs, and ends with its answer. */
const [path = "", what = ""] = process.argv.slice(2);
const socket = createConnection(path);
socket.write(`${what}\n`);
process.exitCode = Number.parseInt(await text(socket), 10);

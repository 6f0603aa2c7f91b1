// subscribe.mjs <url> <channel> <how many ends>: prints each message of a channel on a line of its own, `ready` first.
import { createClient } from "redis";

const [url, channel, ends] = process.argv.slice(2);
const client = createClient({ url, socket: { reconnectStrategy: 50 } });
client.on("error", () => {});
await client.connect();
let left = Number(ends);
await client.subscribe(channel, message => {
  console.log(message);
  if (JSON.parse(message).event_type === "end" && --left === 0) {
    client.destroy();
    process.exit(0);
  }
});
console.log("ready");

// Verifies deliveries as their receivers do: node verify.mjs FILE KEY…, where FILE has one {headers, body} a line. Prints, for each key, how many
// it verified and how many it refused.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const [file, ...keys] = process.argv.slice(2);
const deliveries = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
for (const key of keys) {
  const counts = { verified: 0, refused: 0 };
  for (const { headers, body } of deliveries) {
    try {
      new Webhook(key).verify(body, headers);
      counts.verified++;
    } catch {
      counts.refused++;
    }
  }
  console.log(`${counts.verified} ${counts.refused}`);
}

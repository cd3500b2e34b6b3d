import { assertEquals } from "../../../tests/assert.ts";
import { type Find, rank } from "./finds.ts";

function find(kind: Find["kind"], text: string, about = ""): Find {
  return { key: `${kind} ${text}`, kind, icon: "flow", text, about, run: () => {} };
}

const FINDS = [
  find("page", "Runs", "all runs"),
  find("workflow", "orders_etl", "into the warehouse"),
  find("workflow", "nightly_report"),
  find("action", "Start orders_etl"),
];
const texts = (query: string) => rank(FINDS, query).map(({ text }) => text);

Deno.test("search: what begins with the words stands first, actions behind what they are about", () => {
  assertEquals(texts("or"), ["orders_etl", "nightly_report", "Start orders_etl"]);
  assertEquals(texts("start or"), ["Start orders_etl"]);
  assertEquals(texts("warehouse ETL"), ["orders_etl"]);
  assertEquals(texts("workflow"), ["orders_etl", "nightly_report"]);
  assertEquals(texts("nothing of this"), []);
});

Deno.test("search: without words there are pages and workflows", () => {
  assertEquals(texts(" "), ["Runs", "orders_etl", "nightly_report"]);
});

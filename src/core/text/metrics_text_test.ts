import { assertEquals } from "../../../tests/assert.ts";
import { Counter, gaugeText, Histogram } from "./metrics_text.ts";

Deno.test("metrics: counters by their labels", () => {
  const counter = new Counter("fires_total", "Fires.");
  assertEquals(counter.text(), "# HELP fires_total Fires.\n# TYPE fires_total counter\nfires_total 0\n");
  counter.add({ outcome: "started" });
  counter.add({ outcome: "started" }, 2);
  counter.add({ outcome: 'a"b\\c\nd' });
  assertEquals(counter.text().split("\n").slice(2, -1), [
    'fires_total{outcome="started"} 3',
    'fires_total{outcome="a\\"b\\\\c\\nd"} 1',
  ]);
});

Deno.test("metrics: a histogram counts each value in every bucket that it fits", () => {
  const histogram = new Histogram("wait_seconds", "Wait.", [0.5, 2]);
  for (const value of [0.1, 0.5, 1, 9]) histogram.observe(value);
  assertEquals(histogram.text().split("\n").slice(2, -1), [
    'wait_seconds_bucket{le="0.5"} 2',
    'wait_seconds_bucket{le="2"} 3',
    'wait_seconds_bucket{le="+Inf"} 4',
    "wait_seconds_sum 10.6",
    "wait_seconds_count 4",
  ]);
});

Deno.test("metrics: a histogram for each set of labels", () => {
  const histogram = new Histogram("run_seconds", "Run.", [1]);
  assertEquals(histogram.text().split("\n").slice(2, -1), [
    'run_seconds_bucket{le="1"} 0',
    'run_seconds_bucket{le="+Inf"} 0',
    "run_seconds_sum 0",
    "run_seconds_count 0",
  ]);
  histogram.observe(2, { dag: "a" });
  histogram.observe(0.5, { dag: "b" });
  assertEquals(histogram.text().split("\n").slice(2, -1), [
    'run_seconds_bucket{dag="a",le="1"} 0',
    'run_seconds_bucket{dag="a",le="+Inf"} 1',
    'run_seconds_sum{dag="a"} 2',
    'run_seconds_count{dag="a"} 1',
    'run_seconds_bucket{dag="b",le="1"} 1',
    'run_seconds_bucket{dag="b",le="+Inf"} 1',
    'run_seconds_sum{dag="b"} 0.5',
    'run_seconds_count{dag="b"} 1',
  ]);
});

Deno.test("metrics: gauges", () => {
  assertEquals(
    gaugeText("agents", "Agents.", [[{ state: "idle" }, 2]]),
    '# HELP agents Agents.\n# TYPE agents gauge\nagents{state="idle"} 2\n',
  );
});

/** What the program loads when it is first needed: here it is loaded before, for a world cannot wait for the real disk. */
import "../../src/stores/file/runs/amend.ts";
import "../../src/stores/file/liveness/close_dead.ts";
import "../../src/stores/file/queue/occupants.ts";
import "../../src/stores/file/runs/queued_runs.ts";
import "../../src/stores/file/attempt/reopen_attempt.ts";
import "../../src/stores/file/runs/retention.ts";
import "../../src/stores/file/liveness/signs_of_life.ts";
import "../../src/stores/file/runs/unended_runs.ts";

/** What the program loads when it is first needed: here it is loaded before, for a world cannot wait for the real disk. */
import "../../src/stores/file/amend.ts";
import "../../src/stores/file/close_dead.ts";
import "../../src/stores/file/occupants.ts";
import "../../src/stores/file/queued_runs.ts";
import "../../src/stores/file/reopen_attempt.ts";
import "../../src/stores/file/retention.ts";
import "../../src/stores/file/signs_of_life.ts";
import "../../src/stores/file/unended_runs.ts";

/** A clock for single processes that is some seconds beside that of the machine. Needs a C compiler. */
import { assert } from "../assert.ts";

/** Reads the shift anew with each look at the clock. */
const SOURCE = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static long shift(void) {
  static volatile long *place;
  if (!place) {
    int file = open(getenv("CLOCK_SHIFT"), O_RDONLY);
    void *memory = file < 0 ? MAP_FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return 0;
    place = memory;
  }
  return *place;
}

int clock_gettime(clockid_t id, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int code = real(id, out);
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) out->tv_sec += shift();
  return code;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
`;

export class MovedClock {
  /** For the environment of a process. */
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  private constructor(library: string, file: string) {
    this.#file = file;
    this.env = { LD_PRELOAD: library, CLOCK_SHIFT: file };
  }

  /** @param folder where its files stand; it belongs to the caller */
  static async make(folder: string, name: string): Promise<MovedClock> {
    const library = `${folder}/clock.so`;
    Deno.writeTextFileSync(`${folder}/clock.c`, SOURCE);
    const args = ["-shared", "-fPIC", "-O1", "-o", library, `${folder}/clock.c`, "-ldl"];
    const { success, stderr } = await new Deno.Command("cc", { args }).output();
    assert(success, new TextDecoder().decode(stderr));
    const clock = new MovedClock(library, `${folder}/${name}`);
    clock.set(0);
    return clock;
  }

  /** Seconds beside the machine's clock, from now on. */
  set(seconds: number): void {
    using file = Deno.openSync(this.#file, { write: true, create: true });
    file.writeSync(new Uint8Array(new BigInt64Array([BigInt(seconds)]).buffer));
  }
}

import { assertEquals } from "../../../tests/assert.ts";
import { StraceLog } from "./strace_log.ts";

function traced(...lines: string[]) {
  const log = new StraceLog("/w");
  for (const line of lines) log.add(line);
  const set = (values: ReadonlySet<string>) => [...values];
  return {
    programs: set(log.programs),
    read: set(log.read),
    seen: set(log.seen),
    entered: set(log.entered),
    changed: set(log.changed),
    made: set(log.made),
    folders: set(log.folders),
    net: log.net,
  };
}

const NOTHING = traced();

Deno.test("strace: files by how they were opened, links followed", () => {
  assertEquals(
    traced(
      '1 openat(AT_FDCWD</w>, "/lib/x.so", O_RDONLY|O_CLOEXEC) = 3</usr/lib/x.so.1>',
      '1 openat(AT_FDCWD</w/d>, "../\\303\\274 \\"n\\".txt", O_RDONLY) = 3</w/\\303\\274 \\"n\\".txt>',
      '1 openat(AT_FDCWD</w>, "none", O_RDONLY) = -1 ENOENT (No such file or directory)',
      '1 openat(AT_FDCWD</w>, "out", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</w/out>',
      '1 openat(AT_FDCWD</w>, "old", O_RDWR) = 3</w/old>',
      '1 open("sub/x", O_RDONLY) = 3</w/sub/x>',
      '1 newfstatat(3</w/sub/x>, "", {st_mode=S_IFREG|0644, st_size=9, ...}, AT_EMPTY_PATH) = 0',
      '1 newfstatat(AT_FDCWD</w>, "seen", {st_mode=S_IFREG|0644, ...}, 0) = 0',
    ),
    {
      ...NOTHING,
      read: ["/usr/lib/x.so.1", '/w/ü "n".txt', "/w/sub/x"],
      made: ["/w/out"],
      folders: ["/w"],
      changed: ["/w/old"],
      seen: ["/w/seen"],
    },
  );
});

Deno.test("strace: entries that come and go, programs, working folders", () => {
  assertEquals(
    traced(
      '1 execve("/usr/bin/mv", ["mv", "a", "b"], 0x55 /* 3 vars */) = 0',
      '1 execve("/usr/bin/none", ["none"], 0x55 /* 3 vars */) = -1 ENOENT (No such file or directory)',
      '2 chdir("/data") = 0',
      '2 mkdir("new", 0777) = 0',
      '1 renameat2(AT_FDCWD</w>, "a", AT_FDCWD</w>, "sub/b", RENAME_NOREPLACE) = 0',
      '1 unlinkat(4</x/y>, "z", 0) = 0',
      '1 symlink("/etc/passwd", "/w/l/link") = 0',
    ),
    {
      ...NOTHING,
      programs: ["/usr/bin/mv"],
      entered: ["/data"],
      made: ["/data/new", "/w/sub/b", "/w/l/link"],
      folders: ["/data", "/w", "/w/sub", "/x/y", "/w/l"],
    },
  );
});

Deno.test("strace: calls that were interrupted by those of others", () => {
  const { read } = traced(
    '1 openat(AT_FDCWD</w>, "one", O_RDONLY <unfinished ...>',
    '2 openat(AT_FDCWD</w>, "two", O_RDONLY) = 3</w/two>',
    "1 <... openat resumed>) = 3</w/one>",
    "1 --- SIGCHLD {si_signo=SIGCHLD} ---",
  );
  assertEquals(read, ["/w/two", "/w/one"]);
});

Deno.test("strace: the network, and sockets that are files", () => {
  const family = (text: string) => `1 connect(3<socket:[1]>, {sa_family=${text}}, 110)`;
  const inet = family('AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")');
  assertEquals(traced(`${inet} = -1 ECONNREFUSED (Connection refused)`).net, false);
  assertEquals(traced(`${inet} = -1 EINPROGRESS (Operation now in progress)`).net, true);
  assertEquals(traced(`${inet} = 0`).net, true);
  const unix = traced(`${family('AF_UNIX, sun_path="/run/docker.sock"')} = 0`);
  assertEquals([unix.net, unix.read], [false, ["/run/docker.sock"]]);
  assertEquals(
    traced("1 sendto(3<socket:[1]>, NULL, 0, 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 20"),
    NOTHING,
  );
});

/* What a process does to the files below one folder: written down in order, or failed at one call.

   Preloaded into a process. SHIM_ROOT is the folder. SHIM_LOG names a file that gets one record an operation.
   SHIM_MARKS names a file outside whose writes are records too: what the process reports done. `shim_fail` has the call
   of a number fail, and on request all later ones that write; `shim_lack_memory` has an allocation of SQLite fail. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root, *marks;
static int log_fd = -1, fail_errno = EIO, sticky;
static long fail_at, memory_at, calls, allocations;
static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* ── what a process under test may ask of it ── */

void shim_fail(long at, int number, int all_later) { fail_at = 0, calls = 0, fail_errno = number, sticky = all_later, fail_at = at; }
void shim_lack_memory(long at) { memory_at = 0, allocations = 0, memory_at = at; }
long shim_calls(void) { return calls; }
long shim_allocations(void) { return allocations; }

__attribute__((constructor)) static void start(void) {
  root = getenv("SHIM_ROOT");
  marks = getenv("SHIM_MARKS");
  const char *path = getenv("SHIM_LOG");
  if (path) log_fd = syscall(SYS_open, path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
}

static int inside(const char *path) {
  size_t length = root ? strlen(root) : 0;
  return length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static const char *of_fd(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlink, link, path, size - 1);
  path[length > 0 ? length : 0] = 0;
  return path;
}

static const char *of_at(int folder, const char *name, char *path, size_t size) {
  char base[4096];
  if (name[0] == '/') base[0] = 0;
  else if (folder == AT_FDCWD) { if (!getcwd(base, sizeof base)) base[0] = 0; }
  else of_fd(folder, base, sizeof base);
  snprintf(path, size, "%s%s%s", base, base[0] ? "/" : "", name);
  return path;
}

static int fails(const char *path, int writes) {
  if (!root || !inside(path)) return 0;
  long number = __sync_add_and_fetch(&calls, 1);
  if (!fail_at || !(number == fail_at || (sticky && writes && number > fail_at))) return 0;
  errno = fail_errno;
  return 1;
}

static void record(char kind, uint64_t ino, uint64_t at, const void *one, uint32_t n, const void *two, uint32_t m) {
  if (log_fd < 0) return;
  int kept = errno;
  char head[25];
  head[0] = kind;
  memcpy(head + 1, &ino, 8); memcpy(head + 9, &at, 8); memcpy(head + 17, &n, 4); memcpy(head + 21, &m, 4);
  struct iovec parts[3] = {{head, 25}, {(void *)one, n}, {(void *)two, m}};
  syscall(SYS_writev, log_fd, parts, 3);
  errno = kept;
}

static void record_path(char kind, uint64_t ino, uint64_t at, const char *one, const char *two) {
  record(kind, ino, at, one, strlen(one), two, two ? strlen(two) : 0);
}

static uint64_t ino_of(int fd) {
  struct stat found;
  return fstat(fd, &found) ? 0 : found.st_ino;
}

/* ── opening ── */

static int opened(int fd, const char *path, int flags) {
  if (fd >= 0 && inside(path) && (flags & O_CREAT)) {
    record_path('C', ino_of(fd), 0, path, NULL);
    if (flags & O_TRUNC) record('T', ino_of(fd), 0, NULL, 0, NULL, 0);
  }
  return fd;
}

static int open_at(int folder, const char *name, int flags, mode_t mode) {
  char path[8192];
  of_at(folder, name, path, sizeof path);
  if (fails(path, flags & (O_CREAT | O_TRUNC))) return -1;
  pthread_mutex_lock(&turn);
  int fd = opened(syscall(SYS_openat, folder, name, flags, mode), path, flags);
  pthread_mutex_unlock(&turn);
  return fd;
}

#define MODE(flags) mode_t mode = 0; \
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
    va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags, mode); }

static FILE *f_open(const char *name, const char *how, FILE *(*real)(const char *, const char *)) {
  char path[8192];
  of_at(AT_FDCWD, name, path, sizeof path);
  if (fails(path, how[0] != 'r')) return NULL;
  pthread_mutex_lock(&turn);
  FILE *file = real(name, how);
  if (file && how[0] != 'r') opened(fileno(file), path, O_CREAT | (how[0] == 'w' ? O_TRUNC : 0));
  pthread_mutex_unlock(&turn);
  return file;
}

FILE *fopen(const char *name, const char *how) { return f_open(name, how, REAL(fopen)); }
FILE *fopen64(const char *name, const char *how) { return f_open(name, how, REAL(fopen64)); }

/* ── reading and writing ── */

#define ON_FD(fd, writes, failed) char path[8192]; of_fd(fd, path, sizeof path); if (fails(path, writes)) return failed

ssize_t read(int fd, void *to, size_t n) { ON_FD(fd, 0, -1); return syscall(SYS_read, fd, to, n); }
ssize_t pread(int fd, void *to, size_t n, off_t at) { ON_FD(fd, 0, -1); return syscall(SYS_pread64, fd, to, n, at); }
ssize_t pread64(int fd, void *to, size_t n, off_t at) { ON_FD(fd, 0, -1); return syscall(SYS_pread64, fd, to, n, at); }

static ssize_t written(int fd, const char *path, off_t at, const void *from, ssize_t n) {
  if (n <= 0) return n;
  if (marks && !strcmp(path, marks)) record('M', 0, 0, from, n, NULL, 0);
  if (inside(path)) record('W', ino_of(fd), at, from, n, NULL, 0);
  return n;
}

static off_t place(int fd) {
  int flags = fcntl(fd, F_GETFL);
  struct stat found;
  if (flags >= 0 && (flags & O_APPEND) && !fstat(fd, &found)) return found.st_size;
  off_t at = lseek(fd, 0, SEEK_CUR);
  return at < 0 ? 0 : at;
}

ssize_t write(int fd, const void *from, size_t n) {
  ON_FD(fd, 1, -1);
  if (!inside(path) && !(marks && !strcmp(path, marks))) return syscall(SYS_write, fd, from, n);
  pthread_mutex_lock(&turn);
  off_t at = place(fd);
  ssize_t done = written(fd, path, at, from, syscall(SYS_write, fd, from, n));
  pthread_mutex_unlock(&turn);
  return done;
}

static ssize_t p_write(int fd, const void *from, size_t n, off_t at) {
  ON_FD(fd, 1, -1);
  pthread_mutex_lock(&turn);
  ssize_t done = written(fd, path, at, from, syscall(SYS_pwrite64, fd, from, n, at));
  pthread_mutex_unlock(&turn);
  return done;
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return p_write(fd, from, n, at); }
ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) { return p_write(fd, from, n, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = parts[i].iov_len ? write(fd, parts[i].iov_base, parts[i].iov_len) : 0;
    if (done < 0) return total ? total : -1;
    total += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return total;
}

/* Copied by reading and writing, which are seen. */
ssize_t sendfile(int to, int from, off_t *at, size_t n) { (void)to, (void)from, (void)at, (void)n; errno = EINVAL; return -1; }
ssize_t sendfile64(int to, int from, off_t *at, size_t n) { return sendfile(to, from, at, n); }
ssize_t copy_file_range(int a, off_t *b, int c, off_t *d, size_t n, unsigned f) {
  (void)a, (void)b, (void)c, (void)d, (void)n, (void)f; errno = ENOSYS; return -1;
}
int posix_fallocate(int fd, off_t at, off_t n) { (void)fd, (void)at, (void)n; return EOPNOTSUPP; }
int posix_fallocate64(int fd, off_t at, off_t n) { (void)fd, (void)at, (void)n; return EOPNOTSUPP; }

static int truncated(int fd, off_t n) {
  ON_FD(fd, 1, -1);
  pthread_mutex_lock(&turn);
  int done = syscall(SYS_ftruncate, fd, n);
  if (!done && inside(path)) record('T', ino_of(fd), n, NULL, 0, NULL, 0);
  pthread_mutex_unlock(&turn);
  return done;
}

int ftruncate(int fd, off_t n) { return truncated(fd, n); }
int ftruncate64(int fd, off_t n) { return truncated(fd, n); }

/* ── what reaches the disk ── */

static void record_folder(const char *path, uint64_t ino) {
  static char names[1 << 16];
  size_t used = 0;
  DIR *folder = opendir(path);
  for (struct dirent *each; folder && (each = readdir(folder));) {
    if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..")) continue;
    used += snprintf(names + used, sizeof names - used, "%lu/%s\n", (unsigned long)each->d_ino, each->d_name);
  }
  if (folder) closedir(folder);
  record('D', ino, 0, path, strlen(path), names, used);
}

static void record_content(int fd, const char *path, const struct stat *found) {
  char *content = malloc(found->st_size + 1), own[64];
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  int again = syscall(SYS_open, own, O_RDONLY);  /* it may be open for writing only */
  ssize_t n = again < 0 ? 0 : syscall(SYS_pread64, again, content, found->st_size, 0);
  if (again >= 0) syscall(SYS_close, again);
  record('S', found->st_ino, 0, path, strlen(path), content, n > 0 ? n : 0);
  free(content);
}

static int synced(int fd) {
  ON_FD(fd, 1, -1);
  struct stat found;
  if (!inside(path) || fstat(fd, &found)) return 0;
  pthread_mutex_lock(&turn);
  if (S_ISDIR(found.st_mode)) record_folder(path, found.st_ino);
  else record_content(fd, path, &found);
  pthread_mutex_unlock(&turn);
  return 0;
}

int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }

/* ── names ── */

static int renamed(int a, const char *one, int b, const char *two, unsigned flags) {
  char from[8192], to[8192];
  of_at(a, one, from, sizeof from), of_at(b, two, to, sizeof to);
  if (fails(from, 1)) return -1;
  pthread_mutex_lock(&turn);
  int done = syscall(SYS_renameat2, a, one, b, two, flags);
  if (!done && inside(from)) record_path('R', 0, 0, from, to);
  pthread_mutex_unlock(&turn);
  return done;
}

int rename(const char *one, const char *two) { return renamed(AT_FDCWD, one, AT_FDCWD, two, 0); }
int renameat(int a, const char *one, int b, const char *two) { return renamed(a, one, b, two, 0); }
int renameat2(int a, const char *one, int b, const char *two, unsigned flags) { return renamed(a, one, b, two, flags); }

static int unlinked(int folder, const char *name, int flags) {
  char path[8192];
  of_at(folder, name, path, sizeof path);
  if (fails(path, 1)) return -1;
  pthread_mutex_lock(&turn);
  int done = syscall(SYS_unlinkat, folder, name, flags);
  if (!done && inside(path)) record_path('U', 0, 0, path, NULL);
  pthread_mutex_unlock(&turn);
  return done;
}

int unlink(const char *name) { return unlinked(AT_FDCWD, name, 0); }
int unlinkat(int folder, const char *name, int flags) { return unlinked(folder, name, flags); }
int rmdir(const char *name) { return unlinked(AT_FDCWD, name, AT_REMOVEDIR); }

static int made(int folder, const char *name, mode_t mode) {
  char path[8192];
  of_at(folder, name, path, sizeof path);
  if (fails(path, 1)) return -1;
  pthread_mutex_lock(&turn);
  int done = syscall(SYS_mkdirat, folder, name, mode);
  struct stat found;
  if (!done && inside(path) && !stat(path, &found)) record_path('K', found.st_ino, 0, path, NULL);
  pthread_mutex_unlock(&turn);
  return done;
}

int mkdir(const char *name, mode_t mode) { return made(AT_FDCWD, name, mode); }
int mkdirat(int folder, const char *name, mode_t mode) { return made(folder, name, mode); }

/* ── memory: of SQLite alone, which has to live without ── */

extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);

static int lacks_memory(void *caller) {
  Dl_info found;
  if (!root || !dladdr(caller, &found) || !found.dli_fname || !strstr(found.dli_fname, "sqlite3")) return 0;
  long number = __sync_add_and_fetch(&allocations, 1);
  return memory_at && number == memory_at;
}

void *malloc(size_t n) { return lacks_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *realloc(void *old, size_t n) {
  return lacks_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(old, n);
}

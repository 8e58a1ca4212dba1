/* Preloaded into a program under test: ends it, as kill -9 does, before its n-th change of a file.
 *
 * END_UNDER  only files below this directory count
 * END_BEFORE the number of the change before which the process is killed; 0 or nothing: never
 * END_LOG    a file that gets one line for each change, so that a test knows how many there are
 *
 * Changes are: opening for creation, writing, syncing, truncating, renaming, linking, removing. So every step at
 * which a crash can leave something is met, also those inside of SQLite, and the program itself knows nothing of it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long count;

static void note(long number, const char *what, const char *path) {
    const char *log = getenv("END_LOG");
    if (log == NULL) return;
    char line[PATH_MAX + 64];
    const int size = snprintf(line, sizeof line, "%ld %s %s\n", number, what, path);
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, line, (size_t)size);
    syscall(SYS_close, fd);
}

static void step(const char *what, const char *path) {
    const char *under = getenv("END_UNDER");
    if (under == NULL || path == NULL || strncmp(path, under, strlen(under)) != 0) return;
    const long number = atomic_fetch_add(&count, 1) + 1;
    note(number, what, path);
    const char *at = getenv("END_BEFORE");
    if (at != NULL && number == atol(at)) kill(getpid(), SIGKILL);
}

static void step_on(const char *what, int fd) {
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return;
    path[size] = '\0';
    step(what, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FILE(type, name, parameters, fd, ...) \
    type name parameters {                       \
        step_on(#name, fd);                      \
        return REAL(name)(__VA_ARGS__);          \
    }
#define ON_PATH(type, name, parameters, path, ...) \
    type name parameters {                         \
        step(#name, path);                         \
        return REAL(name)(__VA_ARGS__);            \
    }

ON_FILE(ssize_t, write, (int fd, const void *bytes, size_t size), fd, fd, bytes, size)
ON_FILE(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), fd, fd, bytes, size, at)
ON_FILE(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), fd, fd, bytes, size, at)
ON_FILE(int, fsync, (int fd), fd, fd)
ON_FILE(int, fdatasync, (int fd), fd, fd)
ON_FILE(int, ftruncate, (int fd, off_t size), fd, fd, size)
ON_FILE(int, ftruncate64, (int fd, off64_t size), fd, fd, size)
ON_FILE(int, fchmod, (int fd, mode_t mode), fd, fd, mode)
ON_PATH(int, rename, (const char *from, const char *to), to, from, to)
ON_PATH(int, symlink, (const char *target, const char *path), path, target, path)
ON_PATH(int, unlink, (const char *path), path, path)
ON_PATH(int, rmdir, (const char *path), path, path)
ON_PATH(int, mkdir, (const char *path, mode_t mode), path, path, mode)
ON_PATH(char *, mkdtemp, (char *path), path, path)
ON_PATH(int, mkostemp, (char *path, int flags), path, path, flags)

#define OPENING(name)                                             \
    int name(const char *path, int flags, ...) {                  \
        mode_t mode = 0;                                          \
        if ((flags & O_CREAT) != 0) {                             \
            va_list rest;                                         \
            va_start(rest, flags);                                \
            mode = (mode_t)va_arg(rest, int);                     \
            va_end(rest);                                         \
            step(#name, path);                                    \
        }                                                         \
        return REAL(name)(path, flags, mode);                     \
    }
OPENING(open)
OPENING(open64)

int unlinkat(int directory, const char *path, int flags) {
    step_on("unlinkat", directory);
    return REAL(unlinkat)(directory, path, flags);
}

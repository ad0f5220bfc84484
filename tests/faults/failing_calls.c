/* Makes one system call of a process fail, or the process die in it: a disk that breaks at a chosen
 * write. Loaded before libc (LD_PRELOAD) by tests/faults/failing_calls.py, which says what for.
 *
 * FAULT_ROOT   only calls on files below this folder count (its real path)
 * FAULT_WHERE  … whose path below it this extended regular expression matches
 * FAULT_CALLS  … of these kinds: write, sync, rename, create, cut, remove (with commas)
 * FAULT_AT     the number of the one that is struck, from 1; 0: none, they are only counted
 * FAULT_HOW    an errno; or "kill": SIGKILL in place of the call; or "tear": half of a write is
 *              done, then SIGKILL
 * FAULT_LASTS  "1": every later one fails too, as on a full disk
 * FAULT_LOG    a file outside the root: a line "kind path" for each call of whatever kind on such a
 *              file, and "struck path" after the one
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

static regex_t where;
static const char *root, *kinds, *how, *logfile;
static long at, seen;
static int lasts, ready;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void settle(void) {
    const char *pattern = getenv("FAULT_WHERE");
    root = getenv("FAULT_ROOT");
    kinds = getenv("FAULT_CALLS");
    how = getenv("FAULT_HOW");
    logfile = getenv("FAULT_LOG");
    if (!root || !kinds || !pattern || !how || !getenv("FAULT_AT")) return;
    at = atol(getenv("FAULT_AT"));
    lasts = getenv("FAULT_LASTS") && !strcmp(getenv("FAULT_LASTS"), "1");
    ready = !regcomp(&where, pattern, REG_EXTENDED | REG_NOSUB);
}

static void note(const char *kind, const char *path) {
    char line[PATH_MAX + 32];
    int file, length;
    if (!logfile) return;
    length = snprintf(line, sizeof line, "%s %s\n", kind, path);
    file = (int)syscall(SYS_openat, AT_FDCWD, logfile, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file < 0) return;
    syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

/* Whether this call is the one. Gives 0 (let it pass), or -1 (fail, errno is set); for a tear,
 * which only a write can have, 1. Does not return where the process is to die at once. */
static int struck(const char *kind, const char *path) {
    size_t length;
    long number;
    int keep = errno;
    if (!ready || !path) return 0;
    length = strlen(root);
    if (strncmp(path, root, length) || path[length] != '/') return 0;
    if (regexec(&where, path + length + 1, 0, NULL, 0)) return 0;
    note(kind, path + length + 1);
    if (!strstr(kinds, kind)) return 0;
    number = __sync_add_and_fetch(&seen, 1);
    if (!at || number < at || (number > at && !lasts)) {
        errno = keep;
        return 0;
    }
    if (number == at) note("struck", path + length + 1);
    if (!strcmp(how, "tear") && !strcmp(kind, "write")) return 1;
    if (!strcmp(how, "kill") || !strcmp(how, "tear")) {
        kill(getpid(), SIGKILL);
        pause();
    }
    errno = atoi(how);
    return -1;
}

static int struck_file(const char *kind, int file) {
    char link[64], path[PATH_MAX];
    ssize_t length;
    int keep = errno;
    if (!ready) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    errno = keep;
    if (length < 0) return 0;
    path[length] = 0;
    return struck(kind, path);
}

static int struck_at(const char *kind, int folder, const char *name) {
    char link[64], path[PATH_MAX];
    ssize_t length;
    if (!ready || !name) return 0;
    if (name[0] == '/') return struck(kind, name);
    if (folder == AT_FDCWD) {
        if (!getcwd(path, sizeof path)) return 0;
        length = (ssize_t)strlen(path);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, path, sizeof path - 1);
        if (length < 0) return 0;
    }
    snprintf(path + length, sizeof path - (size_t)length, "/%s", name);
    return struck(kind, path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    pause();
}

/* Writes */

ssize_t write(int file, const void *bytes, size_t count) {
    int verdict = struck_file("write", file);
    if (verdict < 0) return -1;
    if (verdict) { REAL(write)(file, bytes, count / 2); die(); }
    return REAL(write)(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t from) {
    int verdict = struck_file("write", file);
    if (verdict < 0) return -1;
    if (verdict) { REAL(pwrite)(file, bytes, count / 2, from); die(); }
    return REAL(pwrite)(file, bytes, count, from);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t from) {
    int verdict = struck_file("write", file);
    if (verdict < 0) return -1;
    if (verdict) { REAL(pwrite64)(file, bytes, count / 2, from); die(); }
    return REAL(pwrite64)(file, bytes, count, from);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    int verdict = struck_file("write", file);
    if (verdict < 0) return -1;
    if (verdict) die();
    return REAL(writev)(file, parts, count);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) {
    int verdict = struck_file("write", to);
    if (verdict < 0) return -1;
    if (verdict) { REAL(sendfile)(to, from, offset, count / 2); die(); }
    return REAL(sendfile)(to, from, offset, count);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    int verdict = struck_file("write", to);
    if (verdict < 0) return -1;
    if (verdict) { REAL(sendfile64)(to, from, offset, count / 2); die(); }
    return REAL(sendfile64)(to, from, offset, count);
}

ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t count, unsigned int flags) {
    int verdict = struck_file("write", to);
    if (verdict < 0) return -1;
    if (verdict) { REAL(copy_file_range)(from, a, to, b, count / 2, flags); die(); }
    return REAL(copy_file_range)(from, a, to, b, count, flags);
}

/* Syncs and sizes */

int fsync(int file) { return struck_file("sync", file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return struck_file("sync", file) ? -1 : REAL(fdatasync)(file); }

int ftruncate(int file, off_t size) {
    return struck_file("cut", file) ? -1 : REAL(ftruncate)(file, size);
}
int ftruncate64(int file, off64_t size) {
    return struck_file("cut", file) ? -1 : REAL(ftruncate64)(file, size);
}

/* Names */

int rename(const char *old, const char *new) {
    return struck_at("rename", AT_FDCWD, new) ? -1 : REAL(rename)(old, new);
}
int renameat(int a, const char *old, int b, const char *new) {
    return struck_at("rename", b, new) ? -1 : REAL(renameat)(a, old, b, new);
}
int unlink(const char *name) {
    return struck_at("remove", AT_FDCWD, name) ? -1 : REAL(unlink)(name);
}
int unlinkat(int folder, const char *name, int flags) {
    return struck_at("remove", folder, name) ? -1 : REAL(unlinkat)(folder, name, flags);
}
int mkdir(const char *name, mode_t mode) {
    int (*next)(const char *, mode_t) = (int (*)(const char *, mode_t))real("mkdir");
    return struck_at("create", AT_FDCWD, name) ? -1 : next(name, mode);
}

#define OPENING(name)                                                          \
    int name(const char *path, int flags, ...) {                               \
        int (*next)(const char *, int, ...) =                                  \
            (int (*)(const char *, int, ...))real(#name);                      \
        va_list rest;                                                          \
        mode_t mode;                                                           \
        va_start(rest, flags);                                                 \
        mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                   \
        va_end(rest);                                                          \
        if ((flags & O_CREAT) && struck_at("create", AT_FDCWD, path)) return -1; \
        return next(path, flags, mode);                                        \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                       \
    int name(int folder, const char *path, int flags, ...) {                   \
        int (*next)(int, const char *, int, ...) =                             \
            (int (*)(int, const char *, int, ...))real(#name);                 \
        va_list rest;                                                          \
        mode_t mode;                                                           \
        va_start(rest, flags);                                                 \
        mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                   \
        va_end(rest);                                                          \
        if ((flags & O_CREAT) && struck_at("create", folder, path)) return -1; \
        return next(folder, path, flags, mode);                                \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

/* A disk that loses power: preloaded into a process, it keeps beside each file of JEBI_SHIM_FOLDER a second one, NAME.kept,
 * that has only what was flushed. After the process was killed, the .kept files are what a power cut would have left.
 * With JEBI_SHIM_LIES set, flushes keep nothing: a disk, or a database, that does not wait. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

struct change { char path[512]; off_t at; size_t length; int cuts; struct change *next; };

static struct change *first, **last = &first;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The path of a file that is watched; 0 for any other. */
static int watched(int fd, char *path, size_t size) {
    const char *folder = getenv("JEBI_SHIM_FOLDER");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = folder ? readlink(link, path, size - 1) : -1;
    if (length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, folder, strlen(folder)) && !strstr(path, "-shm") && strstr(path, ".sqlite") && !strstr(path, ".kept");
}

static void note(int fd, off_t at, size_t length, int cuts) {
    char path[512];
    if (!watched(fd, path, sizeof path)) return;
    struct change *change = calloc(1, sizeof *change);
    strcpy(change->path, path);
    change->at = at; change->length = length; change->cuts = cuts;
    pthread_mutex_lock(&lock);
    *last = change; last = &change->next;
    pthread_mutex_unlock(&lock);
}

static ssize_t real_pwrite(int fd, const void *from, size_t length, off_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return real(fd, from, length, at);
}

/* What was written to this file since the last flush goes into its second file. */
static void keep(int fd) {
    char path[512], kept[520];
    if (!watched(fd, path, sizeof path) || getenv("JEBI_SHIM_LIES")) return;
    snprintf(kept, sizeof kept, "%s.kept", path);
    pthread_mutex_lock(&lock);
    int to = open(kept, O_RDWR | O_CREAT, 0600);
    for (struct change **at = &first; to >= 0 && *at;) {
        struct change *change = *at;
        if (strcmp(change->path, path)) { at = &change->next; continue; }
        if (change->cuts) {
            if (ftruncate(to, change->at)) abort();
        } else {
            char *bytes = malloc(change->length);
            ssize_t got = pread(fd, bytes, change->length, change->at);
            if (got > 0 && real_pwrite(to, bytes, got, change->at) != got) abort();
            free(bytes);
        }
        *at = change->next;
        if (last == &change->next) last = at;
        free(change);
    }
    if (to >= 0) close(to);
    pthread_mutex_unlock(&lock);
}

static ssize_t written_at(int fd, const void *from, size_t length, off_t at) {
    ssize_t done = real_pwrite(fd, from, length, at);
    if (done > 0) note(fd, at, done, 0);
    return done;
}

ssize_t pwrite(int fd, const void *from, size_t length, off_t at) { return written_at(fd, from, length, at); }
ssize_t pwrite64(int fd, const void *from, size_t length, off_t at) { return written_at(fd, from, length, at); }

ssize_t write(int fd, const void *from, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    char path[512];
    off_t at = watched(fd, path, sizeof path) ? lseek(fd, 0, SEEK_CUR) : -1;
    ssize_t done = real(fd, from, length);
    if (done > 0 && at >= 0) note(fd, at, done, 0);
    return done;
}

static int cut(int fd, off_t length) {
    REAL(int, "ftruncate64", int, off_t);
    char path[512];
    if (!watched(fd, path, sizeof path)) return real(fd, length);
    int done = real(fd, length);
    if (!done) note(fd, length, 0, 1);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

int fsync(int fd) {
    REAL(int, "fsync", int);
    keep(fd);
    return real(fd);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    keep(fd);
    return real(fd);
}

/* glibc gives each thread memory of its own to allocate from. Rows are read by one thread and replaced by another, and
 * what is freed of one thread's memory is of no use to the other: a list took half as much again, and grew for as long
 * as its objects changed. */
#include <malloc.h>

__attribute__((constructor)) static void one_arena(void) { mallopt(M_ARENA_MAX, 1); }

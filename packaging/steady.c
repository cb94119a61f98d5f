/*
 * Preloaded into the build of a release (xtask/src/dist/build.rs): a getrandom that always gives the same. Some build scripts write
 * what they keep in hash tables in the order of these tables, which begins with a random number; two builds of one commit would
 * differ by that. Nothing of this is in what is built.
 */
#include <stddef.h>
#include <sys/types.h>

ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
    unsigned char *bytes = buffer;
    size_t index;

    (void)flags;
    for (index = 0; index < length; index++)
        bytes[index] = 0;
    return (ssize_t)length;
}

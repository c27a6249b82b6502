/* The two functions that the compiler calls on its own in freestanding code. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t count)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    while (count-- > 0)
    {
        *t++ = *f++;
    }

    return to;
}

void *memset(void *to, int value, size_t count)
{
    uint8_t *t = to;
    while (count-- > 0)
    {
        *t++ = (uint8_t)value;
    }

    return to;
}

#include "kernels.h"

/* Four second-order sections in fixed point over a window of samples, as a sensor's firmware filters them. */

#define SAMPLES 1024
#define SECTIONS 4

struct section
{
    int32_t b0, b1, b2, a1, a2;
    int32_t x1, x2, y1, y2;
};

static struct section sections[SECTIONS] = {
    {1170, 2340, 1170, -25576, 11838, 0, 0, 0, 0},
    {1024, 2048, 1024, -26412, 12800, 0, 0, 0, 0},
    {1310, 2620, 1310, -24110, 10790, 0, 0, 0, 0},
    {990, 1980, 990, -27011, 13410, 0, 0, 0, 0},
};

static int32_t run_section(struct section *s, int32_t x)
{
    int32_t y = (s->b0 * x + s->b1 * s->x1 + s->b2 * s->x2 - s->a1 * s->y1 - s->a2 * s->y2) >> 14;
    s->x2 = s->x1;
    s->x1 = x;
    s->y2 = s->y1;
    s->y1 = y;
    return y;
}

__attribute__((noinline)) uint32_t filter_samples(uint32_t seed)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < SAMPLES; i++)
    {
        seed = seed * 1664525 + 1013904223;
        int32_t value = (int32_t)(seed >> 20) - 2048;
        value = run_section(&sections[0], value);
        value = run_section(&sections[1], value & 0xFFF);
        value = run_section(&sections[2], value & 0xFFF);
        value = run_section(&sections[3], value & 0xFFF);
        sum = sum * 31 + (uint32_t)value;
    }

    return sum;
}

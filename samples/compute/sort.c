#include "kernels.h"

#define COUNT 2048

static uint32_t words[COUNT];

static void swap(uint32_t *a, uint32_t *b)
{
    uint32_t kept = *a;
    *a = *b;
    *b = kept;
}

static void insertion_sort(uint32_t *first, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
    {
        uint32_t value = first[i];
        uint32_t at = i;
        for (; at > 0 && first[at - 1] > value; at--)
        {
            first[at] = first[at - 1];
        }

        first[at] = value;
    }
}

/* Quicksort, median of three; short runs are left to the insertion sort. */
static void quick_sort(uint32_t *first, uint32_t count)
{
    while (count > 16)
    {
        uint32_t *middle = first + count / 2;
        uint32_t *last = first + count - 1;
        if (*middle < *first)
        {
            swap(middle, first);
        }

        if (*last < *middle)
        {
            swap(last, middle);
            if (*middle < *first)
            {
                swap(middle, first);
            }
        }

        uint32_t pivot = *middle;
        uint32_t *low = first;
        uint32_t *high = last;
        while (low <= high)
        {
            while (*low < pivot)
            {
                low++;
            }

            while (*high > pivot)
            {
                high--;
            }

            if (low <= high)
            {
                swap(low++, high--);
            }
        }

        quick_sort(first, (uint32_t)(high - first + 1));
        count -= (uint32_t)(low - first);
        first = low;
    }

    insertion_sort(first, count);
}

uint32_t sort_words(uint32_t seed)
{
    for (uint32_t i = 0; i < COUNT; i++)
    {
        seed = seed * 1664525 + 1013904223;
        words[i] = seed >> 4;
    }

    quick_sort(words, COUNT);
    return crc32(0, (const uint8_t *)words, sizeof words);
}

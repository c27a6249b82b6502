/*
 * Work without devices, for measuring: primes, a sort and a checksum over memory; prints what comes of it, and exits.
 * PAGED turns paging on before.
 */
#include "../pc.h"

enum
{
    LIMIT = 20000,
    NUMBERS = 4096,
};

#ifndef ROUNDS
#define ROUNDS 200
#endif

static unsigned char composite[LIMIT];
static unsigned numbers[NUMBERS];

static unsigned count_primes(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < LIMIT; i++)
        composite[i] = 0;
    for (unsigned i = 2; i < LIMIT; i++)
    {
        if (composite[i])
            continue;
        count++;
        for (unsigned j = 2 * i; j < LIMIT; j += i)
            composite[j] = 1;
    }

    return count;
}

static unsigned sort(unsigned seed)
{
    for (unsigned i = 0; i < NUMBERS; i++)
        numbers[i] = seed = seed * 1664525 + 1013904223;
    for (unsigned gap = NUMBERS / 2; gap > 0; gap /= 2)
    {
        for (unsigned i = gap; i < NUMBERS; i++)
        {
            unsigned value = numbers[i], j = i;
            for (; j >= gap && numbers[j - gap] > value; j -= gap)
                numbers[j] = numbers[j - gap];
            numbers[j] = value;
        }
    }

    return numbers[NUMBERS / 2];
}

void interrupted(struct frame *frame)
{
    print("exception ");
    print_number(frame->vector);
    print("\n");
    pc_exit(1);
}

int main(void)
{
    unsigned checksum = 0;
#ifdef PAGED
    pc_start_paging();
#endif
    for (unsigned round = 0; round < ROUNDS; round++)
    {
        checksum = checksum * 31 + count_primes();
        checksum = checksum * 31 + sort(checksum);
    }

    print("checksum ");
    print_hex(checksum);
    print("\n");
    pc_exit(0);
    return 0;
}

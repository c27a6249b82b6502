#include "recursion.h"

void move_disks(struct towers *towers, uint32_t disks, uint32_t from, uint32_t to)
{
    if (disks == 0)
    {
        return;
    }

    uint32_t spare = 3 - from - to;
    uint32_t disk = 1u << (disks - 1);
    move_disks(towers, disks - 1, from, spare);
    towers->pegs[from] &= ~disk;
    towers->pegs[to] |= disk;
    towers->moves++;
    move_disks(towers, disks - 1, spare, to);
}

static void add(volatile uint32_t *sum, uint32_t value)
{
    *sum += value;
}

uint32_t sum_tree(uint32_t height)
{
    volatile uint32_t sum = height;
    if (height > 0)
    {
        add(&sum, sum_tree(height - 1));
        add(&sum, sum_tree(height - 1));
    }

    return sum;
}

uint32_t is_odd(uint32_t value)
{
    return value == 0 ? 0 : is_even(value - 1);
}

uint32_t is_even(uint32_t value)
{
    return value == 0 ? 1 : is_odd(value - 1);
}

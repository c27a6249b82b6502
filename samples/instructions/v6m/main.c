/*
 * As ../main.c, for ARMv6-M: instructions with operands and flags at the edges of their ranges, and exceptions. Nothing
 * is printed: what counts is every register behind every instruction, compared with another emulator's.
 */
#include <stdint.h>
#include "exceptions.h"

#define COUNT(array) (sizeof array / sizeof *array)

typedef void group(uint32_t a, uint32_t b, uint32_t c, uint32_t flags);
group arithmetic, logic, shifts, conditions, accesses, multiples, special, stack_alignment;

static const uint32_t edges[] = {0, 1, 2, 31, 32, 0x7F, 0xFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                                 0x12345678, 0xDEADBEEF};
static const uint32_t flags[] = {0, 0xF0000000, 0x20000000, 0x90000000, 0x60000000};
static group *const groups[] = {arithmetic, logic, shifts, conditions, accesses, multiples, special,
                                stack_alignment};

int main(void)
{
    exceptions_run();
    for (uint32_t i = 0; i < COUNT(edges); i++)
    {
        for (uint32_t j = 0; j < COUNT(edges); j++)
        {
            for (uint32_t k = 0; k < COUNT(groups); k++)
            {
                groups[k](edges[i], edges[j], edges[(i * 5 + j * 3) % COUNT(edges)], flags[(i + j * 2) % COUNT(flags)]);
            }
        }
    }

    return 0;
}

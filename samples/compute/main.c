/*
 * Plain computing, about a thousand million instructions: a yardstick for speed, and a long way to travel back.
 * first_only runs early and never again; late_word is written once, halfway.
 */
#include "board.h"
#include "console.h"
#include "kernels.h"

#ifndef ROUNDS
#define ROUNDS 700
#endif

uint32_t rounds = ROUNDS;
uint32_t late_word = 1;
static uint32_t result;

__attribute__((noinline)) static void first_only(uint32_t round)
{
    result += round + 1;
}

__attribute__((noinline)) static void write_late_word(uint32_t value)
{
    *(volatile uint32_t *)&late_word = value;
}

__attribute__((noinline)) static void run_round(uint32_t round)
{
    result = result * 31 + sort_words(round);
    result = result * 31 + multiply_matrices(result);
    result = result * 31 + count_words(result);
    result = result * 31 + hash_image(result);
    result = result * 31 + filter_samples(result);
}

int main(void)
{
    console_open();
    print("compute: ");
    print_unsigned(rounds);
    print(" rounds\n");
    crc32_prepare();
    for (uint32_t round = 0; round < rounds; round++)
    {
        if (round < 3)
        {
            first_only(round);
        }

        if (round == rounds / 2)
        {
            write_late_word(result);
        }

        run_round(round);
    }

    print("result ");
    print_hex(result);
    print(", late word ");
    print_hex(late_word);
    print("\n");
    __asm__ volatile(".global done\n"
                     "done: b .\n");
    __builtin_unreachable();
}

/*
 * Three threads compute and print a line each round. They are preempted wherever the millisecond ends, but a
 * thread's turn to print comes in order, so the output is the same on every machine.
 */
#include "board.h"
#include "console.h"
#include "mutex.h"
#include "threads.h"

#define THREAD_COUNT 3
#define ROUNDS 20

static const char *const names[THREAD_COUNT] = { "red", "green", "blue" };
static struct mutex console_mutex;
static volatile uint32_t turn;

/* Steps of the Collatz sequence below a limit, the longest of them. */
static uint32_t longest_sequence(uint32_t limit)
{
    uint32_t longest = 0;
    for (uint32_t start = 1; start < limit; start++)
    {
        uint32_t steps = 0;
        for (uint32_t n = start; n != 1; n = n & 1 ? 3 * n + 1 : n / 2)
        {
            steps++;
        }

        longest = steps > longest ? steps : longest;
    }

    return longest;
}

static void print_line(uint32_t thread, uint32_t round, uint32_t result)
{
    print(names[thread]);
    print(" round ");
    print_unsigned(round);
    print(": ");
    print_unsigned(result);
    print("\n");
}

static void run_thread(uint32_t thread)
{
    for (uint32_t round = 0; round < ROUNDS; round++)
    {
        uint32_t result = longest_sequence(100 + 50 * round + 200 * thread);
        int printed = 0;
        while (!printed)
        {
            mutex_take(&console_mutex);
            if (turn % THREAD_COUNT == thread)
            {
                print_line(thread, round, result);
                turn++;
                printed = 1;
            }

            mutex_give(&console_mutex);
            thread_yield();
        }

        thread_sleep(1 + (round + thread) % 3);
    }
}

int main(void)
{
    console_open();
    for (uint32_t i = 0; i < THREAD_COUNT; i++)
    {
        thread_add(run_thread, i);
    }

    threads_run();
    print("ticks: done\n");
    for (;;)
    {
        wait_for_interrupt();
    }
}

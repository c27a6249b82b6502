/*
 * Code that is rewritten all the time, from within and from without, with its data and its stack in the same page; interrupts
 * push their frames there too, as the calls of a program for DOS do. Prints a number that all of it went into, and exits.
 */
#include "../pc.h"

#ifndef ROUNDS
#define ROUNDS 20000
#endif

enum
{
    TIMER_VECTOR = 32,
    CALL_VECTOR = 47,
    INC_EAX = 0x40,
    NOP = 0x90,
    STEPS = 48,
};

extern unsigned counters[16];
extern unsigned char steps[STEPS];

/* Through pointers: the compiler must not know what they answer. */
unsigned answer(void);
unsigned ahead(unsigned value);
unsigned behind(unsigned value);
unsigned many(unsigned value);
unsigned shorter(void);
void call_here(void (*function)(void));

void interrupted(struct frame *frame)
{
    if (frame->vector == CALL_VECTOR)
    {
        frame->eax += counters[1];
        return;
    }

    if (frame->vector != TIMER_VECTOR)
    {
        print("exception ");
        print_number(frame->vector);
        print("\n");
        pc_exit(1);
    }

    out8(PIC_MASTER, 0x20);
}

static void fill(unsigned char *where, unsigned char value, unsigned count)
{
    __asm__ volatile("rep stosb" : "+D"(where), "+c"(count) : "a"(value) : "memory");
}

static void rewrite(void)
{
    unsigned result = 1;
    for (unsigned i = 0; i < ROUNDS; i++)
    {
        for (unsigned j = 0; j < 16; j++)
            counters[j] += result >> j;
        if (i % 4 == 0)
        {
            *(volatile unsigned *)((unsigned)answer + 1) = result;
            result = result * 1664525 + answer() + ahead(i);
        }

        if (i % 16 == 0)
        {
            fill(steps, INC_EAX, i / 16 % STEPS + 1);
            result += many(result);
            fill(steps, NOP, STEPS);
            result ^= many(i) + shorter();
        }

        result += behind(counters[i % 16]);
        for (unsigned j = 0; j < 8; j++)
            __asm__ volatile("int %1" : "+a"(result) : "i"(CALL_VECTOR) : "memory");
    }

    print("result ");
    print_hex(result);
    print("\n");
}

int main(void)
{
#ifdef STILL
    pc_start_interrupts(19); /* none before the end of a test that compares with QEMU */
#else
    pc_start_interrupts(2000);
#endif
    call_here(rewrite);
    pc_exit(0);
    return 0;
}

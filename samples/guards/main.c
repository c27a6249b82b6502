/*
 * Two threads whose stacks have a guard: 32 bytes at the lower end that the MPU lets nobody touch. PendSV changes threads
 * and moves the guard, as RTOSes do. In the end the first thread recurses without end and runs into it; its MemManage
 * handler ends the thread.
 */
#include "board.h"
#include "console.h"

#define ROUNDS 20000u
#define THREADS 3u /* the first is main, which waits */
#define STACK_WORDS 264u
#define DEPTH 8u
#define ENDLESS 0xFFFFFFFFu
#define THUMB_STATE 0x01000000u /* of xPSR */
#define PSP_IN_THREADS 2u       /* of CONTROL */

#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94)
#define MPU_RBAR (*(volatile uint32_t *)0xE000ED9C)
#define MPU_RASR (*(volatile uint32_t *)0xE000EDA0)
#define MPU_ON 1u
#define MPU_PRIVILEGED_DEFAULT 4u
#define RBAR_VALID (1u << 4)
#define RASR_NO_ACCESS_32_BYTES (1u << 28 | 4u << 1 | 1u) /* XN, AP 0 */
#define GUARD_REGION 7u
#define SHCSR_MEM_FAULT (1u << 16)
#define CFSR_MEM_FAULT 0xFFu

struct thread
{
    uint32_t *stack_pointer; /* r4 to r11 lie there, below the exception frame */
    uint32_t sum;
    int ended;
};

static uint32_t stacks[THREADS][STACK_WORDS] __attribute__((aligned(32)));
static uint32_t handler_stack[STACK_WORDS] __attribute__((aligned(8)));
static struct thread threads[THREADS];
static volatile uint32_t current;
static uint32_t guard_hits;

static void yield(void)
{
    SCB_ICSR = ICSR_PEND_SV;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

static void move_guard(uint32_t thread)
{
    MPU_RBAR = (uint32_t)stacks[thread] | RBAR_VALID | GUARD_REGION;
    MPU_RASR = RASR_NO_ACCESS_32_BYTES;
}

/* The next thread that has not ended, or main. */
__attribute__((used)) uint32_t *choose_next(uint32_t *stack_pointer)
{
    threads[current].stack_pointer = stack_pointer;
    uint32_t next = current;
    do
    {
        next = (next + 1) % THREADS;
    } while (next != 0 && threads[next].ended);

    current = next;
    move_guard(next);
    return threads[next].stack_pointer;
}

__attribute__((naked)) void pend_sv_handler(void)
{
    __asm__ volatile("mrs r0, psp\n"
                     "stmdb r0!, {r4-r11}\n"
                     "push {r4, lr}\n"
                     "bl choose_next\n"
                     "pop {r4, lr}\n"
                     "ldmia r0!, {r4-r11}\n"
                     "msr psp, r0\n"
                     "bx lr\n");
}

static void thread_exit(void)
{
    threads[current].ended = 1;
    for (;;)
    {
        yield();
    }
}

static uint32_t *first_frame(uint32_t thread, uint32_t pc, uint32_t argument)
{
    struct exception_frame *frame = (struct exception_frame *)(stacks[thread] + STACK_WORDS) - 1;
    *frame = (struct exception_frame){.r0 = argument, .lr = (uint32_t)thread_exit, .pc = pc & ~1u, .xpsr = THUMB_STATE};
    return (uint32_t *)frame;
}

/* The thread goes on in thread_exit, with an empty stack. */
void mem_manage_handler(void)
{
    guard_hits += (SCB_CFSR & CFSR_MEM_FAULT) != 0;
    SCB_CFSR = CFSR_MEM_FAULT;
    uint32_t *frame = first_frame(current, (uint32_t)thread_exit, 0);
    __asm__ volatile("msr psp, %0" : : "r"(frame));
}

/* Uses the stack, in IT blocks too. */
static uint32_t work(uint32_t depth, uint32_t seed)
{
    volatile uint32_t local[4];
    for (uint32_t i = 0; i < 4; i++)
    {
        seed = seed * 1664525u + 1013904223u;
        local[i] = seed;
    }

    if (depth > 0)
    {
        seed = work(depth - 1, local[seed & 3]);
    }

    __asm__ volatile("cmp %0, #0\n ite mi\n strmi %0, [%1]\n ldrpl %0, [%1, #4]" : "+r"(seed) : "r"(local) : "cc", "memory");
    return seed + local[depth & 3];
}

static void body(uint32_t number)
{
    struct thread *thread = &threads[number];
    for (uint32_t i = 0; i < ROUNDS; i++)
    {
        thread->sum = work(DEPTH, thread->sum + number);
        yield();
    }

    if (number == 1)
    {
        thread->sum += work(ENDLESS, 0);
    }
}

int main(void)
{
    console_open();
    for (uint32_t i = 1; i < THREADS; i++)
    {
        threads[i].stack_pointer = first_frame(i, (uint32_t)body, i) - 8;
    }

    /* Main keeps its stack as a process stack. */
    __asm__ volatile("mrs r0, msp\n"
                     "msr psp, r0\n"
                     "msr control, %1\n"
                     "isb\n"
                     "msr msp, %0\n"
                     :
                     : "r"(handler_stack + STACK_WORDS), "r"(PSP_IN_THREADS)
                     : "r0", "memory");
    SCB_PRIORITY[EXCEPTION_PEND_SV] = 0xFF;
    SCB_SHCSR |= SHCSR_MEM_FAULT;
    move_guard(0);
    MPU_CTRL = MPU_ON | MPU_PRIVILEGED_DEFAULT;
    while (!threads[1].ended || !threads[2].ended)
    {
        yield();
    }

    print("result ");
    print_hex(threads[1].sum);
    print(" ");
    print_hex(threads[2].sum);
    print(", guards hit ");
    print_unsigned(guard_hits);
    print("\n");
    for (;;)
    {
        wait_for_interrupt();
    }
}

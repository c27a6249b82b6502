/*
 * Threads run on the process stack, handlers on the main stack. SysTick counts time and SVC takes a thread's calls;
 * both ask for PendSV, the lowest of the priorities, which alone changes threads. Thread 0 is the caller of
 * threads_run, which idles.
 */
#include "threads.h"
#include "board.h"

#define THREAD_MAXIMUM 4
#define STACK_WORDS 256
#define THUMB_STATE 0x01000000 /* of xPSR */

enum call
{
    CALL_YIELD,
    CALL_SLEEP,
    CALL_EXIT,
};

enum state
{
    STATE_READY,
    STATE_SLEEPING,
    STATE_ENDED,
};

struct thread
{
    uint32_t *stack_pointer; /* r4 to r11 lie there, below the exception frame */
    enum state state;
    uint32_t wake_at;
};

volatile uint32_t milliseconds_passed;
volatile uint32_t switch_count;

static uint32_t stacks[THREAD_MAXIMUM][STACK_WORDS] __attribute__((aligned(8)));
static struct thread threads[THREAD_MAXIMUM];
static uint32_t thread_count = 1;
static uint32_t current;

static void ask_for_switch(void)
{
    SCB_ICSR = ICSR_PEND_SV;
}

void systick_handler(void)
{
    milliseconds_passed++;
    for (uint32_t i = 1; i < thread_count; i++)
    {
        struct thread *thread = &threads[i];
        if (thread->state == STATE_SLEEPING && (int32_t)(milliseconds_passed - thread->wake_at) >= 0)
        {
            thread->state = STATE_READY;
        }
    }

    ask_for_switch();
}

__attribute__((used)) void serve_call(struct exception_frame *frame)
{
    struct thread *thread = &threads[current];
    switch (*(const uint8_t *)(frame->pc - 2)) /* the number in the SVC instruction */
    {
    case CALL_SLEEP:
        thread->wake_at = milliseconds_passed + frame->r0;
        thread->state = STATE_SLEEPING;
        break;
    case CALL_EXIT:
        thread->state = STATE_ENDED;
        break;
    default:
        break;
    }

    ask_for_switch();
}

__attribute__((naked)) void svc_handler(void)
{
    __asm__ volatile("mrs r0, psp\n b serve_call\n");
}

/* The next ready thread behind the current one, or the idle thread. */
__attribute__((used)) uint32_t *choose_next(uint32_t *stack_pointer)
{
    threads[current].stack_pointer = stack_pointer;
    uint32_t next = 0;
    for (uint32_t i = 1; i <= thread_count; i++)
    {
        uint32_t candidate = (current + i) % thread_count;
        if (candidate != 0 && threads[candidate].state == STATE_READY)
        {
            next = candidate;
            break;
        }
    }

    switch_count += next != current;
    current = next;
    return threads[next].stack_pointer;
}

__attribute__((naked)) void pend_sv_handler(void)
{
    __asm__ volatile("mrs r0, psp\n"
                     "stmdb r0!, {r4-r11}\n"
                     "push {r4, lr}\n"
                     "cpsid i\n" /* SysTick changes the states that choose_next looks at */
                     "bl choose_next\n"
                     "cpsie i\n"
                     "pop {r4, lr}\n"
                     "ldmia r0!, {r4-r11}\n"
                     "msr psp, r0\n"
                     "bx lr\n");
}

void thread_yield(void)
{
    __asm__ volatile("svc %0" : : "i"(CALL_YIELD) : "memory");
}

void thread_sleep(uint32_t milliseconds)
{
    register uint32_t r0 __asm__("r0") = milliseconds;
    __asm__ volatile("svc %1" : : "r"(r0), "i"(CALL_SLEEP) : "memory");
}

/* Where a thread's body returns to. */
static void thread_exit(void)
{
    __asm__ volatile("svc %0" : : "i"(CALL_EXIT) : "memory");
    for (;;)
    {
    }
}

void thread_add(void (*body)(uint32_t argument), uint32_t argument)
{
    uint32_t *top = stacks[thread_count] + STACK_WORDS;
    struct exception_frame *frame = (struct exception_frame *)top - 1;
    frame->r0 = argument;
    frame->lr = (uint32_t)thread_exit;
    frame->pc = (uint32_t)body & ~1u;
    frame->xpsr = THUMB_STATE;
    threads[thread_count].stack_pointer = (uint32_t *)frame - 8;
    thread_count++;
}

static int any_left(void)
{
    for (uint32_t i = 1; i < thread_count; i++)
    {
        if (threads[i].state != STATE_ENDED)
        {
            return 1;
        }
    }

    return 0;
}

void threads_run(void)
{
    /* The caller keeps its stack, as a process stack from here on; handlers get stack 0 as their main stack. */
    __asm__ volatile("mrs r0, msp\n"
                     "msr psp, r0\n"
                     "movs r0, #2\n"
                     "msr control, r0\n"
                     "isb\n"
                     "msr msp, %0\n"
                     :
                     : "r"(stacks[0] + STACK_WORDS)
                     : "r0", "memory");
    SCB_PRIORITY[EXCEPTION_SVC] = 0x40;
    SCB_PRIORITY[EXCEPTION_SYSTICK] = 0x80;
    SCB_PRIORITY[EXCEPTION_PEND_SV] = 0xE0;
    SYSTICK->load = CLOCK_HZ / 1000 - 1;
    SYSTICK->value = 0;
    SYSTICK->ctrl = SYSTICK_RUN;
    while (any_left())
    {
        wait_for_interrupt();
    }

    SYSTICK->ctrl = 0;
}

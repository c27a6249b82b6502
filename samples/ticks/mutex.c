#include "mutex.h"
#include "threads.h"

/* Sets the word if it is clear, in one piece: an exception between the two instructions makes the store fail. */
static uint32_t try_take(struct mutex *mutex)
{
    uint32_t failed;
    __asm__ volatile("ldrex %0, [%1]\n"
                     "cbnz %0, 1f\n"
                     "strex %0, %2, [%1]\n"
                     "b 2f\n"
                     "1: clrex\n"
                     "2:\n"
                     : "=&l"(failed)
                     : "r"(&mutex->is_taken), "r"(1)
                     : "memory");
    return failed == 0;
}

void mutex_take(struct mutex *mutex)
{
    while (!try_take(mutex))
    {
        thread_yield();
    }

    __asm__ volatile("dmb" ::: "memory");
}

void mutex_give(struct mutex *mutex)
{
    __asm__ volatile("dmb" ::: "memory");
    mutex->is_taken = 0;
}

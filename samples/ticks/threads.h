/* A small preemptive kernel: threads of equal rank take turns of one millisecond. */
#pragma once

#include <stdint.h>

/* Adds a thread; all of them before threads_run. */
void thread_add(void (*body)(uint32_t argument), uint32_t argument);

/* Runs the threads until the last of their bodies returned. */
void threads_run(void);

/* Calls for a thread. */
void thread_yield(void);
void thread_sleep(uint32_t milliseconds);

extern volatile uint32_t milliseconds_passed;
extern volatile uint32_t switch_count;

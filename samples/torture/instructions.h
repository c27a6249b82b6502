#pragma once

#include <stdint.h>

/* Each gives a number that depends on every instruction's result. */
uint32_t conditional_blocks(uint32_t a, uint32_t b);
uint32_t conditional_device_accesses(uint32_t a);
uint32_t multiple_accesses(uint32_t seed);
uint32_t unaligned_accesses(uint32_t seed);
uint32_t exclusive_count(volatile uint32_t *counter);
uint32_t bit_work(uint32_t value);
uint32_t block_with_pended_interrupt(uint32_t value);

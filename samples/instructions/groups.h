/* The groups of instructions; each runs all of its instructions on these operands, with these flags to begin with. */
#pragma once

#include <stdint.h>

typedef void group(uint32_t a, uint32_t b, uint32_t c);

group arithmetic, logic, shifts, multiply, bits, saturate, conditions, accesses, multiples, unaligned, exclusives,
    special, stack_alignment, protection, unprivileged;

#ifdef __ARM_FEATURE_DSP
group parallel, dsp_multiply, dsp_pack;
#endif

#ifdef __ARM_FP
group float_single, float_moves, float_convert;
#if __ARM_FP & 8
group float_double;
#endif
#endif

void exceptions_run(void);
void masks_run(void);
void memory_faults_run(void);

#ifdef __ARM_FP
void float_frames_run(void);
#endif

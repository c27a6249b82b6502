/*
 * Instructions with operands and flags at the edges of their ranges, and exceptions at bad moments. Nothing is printed:
 * what counts is every register behind every instruction, compared with another emulator's.
 */
#include "groups.h"
#include "board.h"

#define COUNT(array) (sizeof array / sizeof *array)
#define CPACR (*(volatile uint32_t *)0xE000ED88)
#define CPACR_FPU 0x00F00000u

static const uint32_t edges[] = {0, 1, 2, 31, 32, 0x7F, 0xFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                                 0x12345678, 0xDEADBEEF};
static const uint32_t flags[] = {0, 0xF8000000, 0x20000000, 0x90000000, 0x60000000};

static group *const groups[] = {
    arithmetic, logic, shifts, multiply, bits, saturate, conditions, accesses, multiples, unaligned, exclusives,
    special, stack_alignment, protection, unprivileged,
#ifdef __ARM_FEATURE_DSP
    parallel, dsp_multiply, dsp_pack,
#endif
};

#ifdef __ARM_FP
/* Zeros, one, the least and the largest, halves that round to even, denormals, infinities and both kinds of NaN. */
static const uint32_t floats[] = {0, 0x80000000, 0x3F800000, 0xBF800000, 0x3F000001, 0x7F7FFFFF, 0x00000001, 0x807FFFFF,
                                  0x7F800000, 0xFF800000, 0x7FC00001, 0x7F800001, 0x4B000001, 0x4F000000, 0xCF000001};
static const uint32_t modes[] = {0, 0x00400000, 0x00800000, 0x00C00000, 0x01000000, 0x02000000};

static group *const float_groups[] = {
    float_single, float_moves, float_convert,
#if __ARM_FP & 8
    float_double,
#endif
};
#endif

static void run(group *function, uint32_t a, uint32_t b, uint32_t c, uint32_t status)
{
    register uint32_t r0 __asm__("r0") = a;
    register uint32_t r1 __asm__("r1") = b;
    register uint32_t r2 __asm__("r2") = c;
    register uint32_t r12 __asm__("r12") = status;
    __asm__ volatile("blx %4\n"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r12)
                     : "r"(function)
                     : "r3", "lr", "cc", "memory");
}

int main(void)
{
#ifdef __ARM_FP
    CPACR |= CPACR_FPU;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
#endif
    exceptions_run();
    masks_run();
    memory_faults_run();
#ifdef __ARM_FP
    float_frames_run();
#endif
    for (uint32_t i = 0; i < COUNT(edges); i++)
    {
        for (uint32_t j = 0; j < COUNT(edges); j++)
        {
            for (uint32_t k = 0; k < COUNT(groups); k++)
            {
                run(groups[k], edges[i], edges[j], edges[(i * 5 + j * 3) % COUNT(edges)],
                    flags[(i + j * 2) % COUNT(flags)]);
            }
        }
    }

#ifdef __ARM_FP
    for (uint32_t i = 0; i < COUNT(floats); i++)
    {
        for (uint32_t j = 0; j < COUNT(floats); j++)
        {
            for (uint32_t k = 0; k < COUNT(float_groups); k++)
            {
                run(float_groups[k], floats[i], floats[j], floats[(i * 7 + j * 3) % COUNT(floats)],
                    modes[(i + j * 2) % COUNT(modes)]);
            }
        }
    }
#endif
    return 0;
}

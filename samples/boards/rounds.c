/*
 * A computation without end, of whatever the board's processor has: integers, 64 bits, divisions, tables, floats and doubles, calls
 * of the supervisor that disturb floats. Each round's digest goes into the next, so that one wrong bit is in all that follow. Nothing
 * is printed: a comparison looks at the registers at each call of rounds_mark.
 */
#include "board.h"

#define WORDS 64u

static uint32_t words[WORDS];
static uint16_t halves[WORDS];
static uint8_t bytes[WORDS];

/* Where one compares: the digest is the first argument. */
__attribute__((noipa)) void rounds_mark(uint32_t digest, uint32_t round)
{
    __asm__ volatile("" ::"r"(digest), "r"(round));
}

static uint32_t rotate(uint32_t value, uint32_t by)
{
    return value << (by & 31) | value >> (-by & 31);
}

static uint32_t fill(uint32_t seed)
{
    for (uint32_t i = 0; i < WORDS; i++)
    {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        words[i] = seed;
        halves[i] = (uint16_t)(seed >> 7);
        bytes[i] = (uint8_t)(seed >> 19);
    }

    return seed;
}

static uint32_t divide(uint32_t digest)
{
    for (uint32_t i = 0; i < WORDS; i++)
    {
        uint32_t by = words[i] | 1;
        int32_t signed_by = (int32_t)(halves[i] | 1) - 0x8000;
        digest += digest / by + (words[WORDS - 1 - i] % by) * 3;
        digest ^= (uint32_t)((int32_t)digest / signed_by) + (uint32_t)((int32_t)digest % (int32_t)(bytes[i] + 1));
    }

    return digest;
}

static uint32_t multiply(uint32_t digest)
{
    uint64_t sum = digest;
    int64_t difference = (int32_t)digest;
    for (uint32_t i = 0; i < WORDS; i++)
    {
        sum += (uint64_t)words[i] * (digest ^ i);
        difference -= (int64_t)(int32_t)words[i] * (int16_t)halves[i];
        digest = rotate(digest, (uint32_t)sum) + (uint32_t)(difference >> 17) + (int8_t)bytes[i];
    }

    return digest ^ (uint32_t)(sum >> 32) ^ (uint32_t)difference;
}

static uint32_t sort(uint32_t digest)
{
    for (uint32_t i = 1; i < WORDS; i++)
    {
        int32_t value = (int32_t)words[i];
        uint32_t at = i;
        for (; at > 0 && (int32_t)words[at - 1] > value; at--)
        {
            words[at] = words[at - 1];
        }

        words[at] = (uint32_t)value;
        digest = digest * 31 + at;
    }

    return digest;
}

static uint32_t scatter(uint32_t digest)
{
    for (uint32_t i = 0; i < WORDS; i++)
    {
        halves[digest % WORDS] ^= (uint16_t)(words[i] >> 3);
        bytes[(digest >> 6) % WORDS] += halves[i] & 0x7F;
        digest = rotate(digest ^ halves[i], 5) + bytes[i] + (uint32_t)__builtin_popcount(words[i]) - (uint32_t)__builtin_clz(words[i] | 1);
    }

    return digest;
}

#ifdef __ARM_FP
static float disturbed;

/* In a handler, whose first floating-point instruction saves the floats of the code that it interrupts. */
void svc_handler(void)
{
    disturbed = disturbed * 0.75f + (float)words[0];
}

static uint32_t bits_of(float value)
{
    union { float number; uint32_t bits; } both = {value};
    return both.bits;
}

static uint32_t compute_floats(uint32_t digest)
{
    float x = (float)(digest & 0xFFFF) / 65536.0f;
    float sum = 0;
    for (uint32_t i = 0; i < WORDS; i++)
    {
        x = 3.9f * x * (1.0f - x);
        sum += __builtin_sqrtf(x * (float)halves[i]) - (float)(int8_t)bytes[i] / (x + 0.125f);
        if ((i & 15) == 7)
        {
            __asm__ volatile("svc #0" ::: "memory");
        }

        digest = rotate(digest, 3) + bits_of(x) + (uint32_t)(int32_t)sum + (sum > 1000.0f ? 1u : 0);
    }

    return digest ^ bits_of(sum) ^ bits_of(disturbed);
}

#if __ARM_FP & 8
static uint32_t compute_doubles(uint32_t digest)
{
    double x = (double)(digest & 0xFFFFFF) / 16777216.0;
    double sum = 0;
    for (uint32_t i = 0; i < WORDS; i++)
    {
        x = 3.99 * x * (1.0 - x);
        sum = __builtin_fma(x, (double)words[i], sum) - __builtin_sqrt(x) / (double)(halves[i] + 1);
        union { double number; uint32_t bits[2]; } both = {sum};
        digest = rotate(digest, 7) + both.bits[0] + both.bits[1] + bits_of((float)x) + (uint32_t)(int32_t)(x * 1e9);
    }

    return digest;
}
#endif
#endif

/* Not part of main, which can't use the FPU, not even save its registers, before it is on. */
__attribute__((noipa)) static void compute(void)
{
    uint32_t digest = 0x2545F491;
    for (uint32_t round = 0;; round++)
    {
        digest = fill(digest | 1);
        digest = divide(digest);
        digest = multiply(digest);
        digest = sort(digest);
        digest = scatter(digest);
#ifdef __ARM_FP
        digest = compute_floats(digest);
#if __ARM_FP & 8
        digest = compute_doubles(digest);
#endif
#endif
        rounds_mark(digest, round);
    }
}

int main(void)
{
#ifdef __ARM_FP
    REGISTER(0xE000ED88) |= 0x00F00000;
    __asm__ volatile("dsb\n isb\n" ::: "memory");
#endif
    compute();
    return 0;
}

// What a processor makes of SSE arithmetic under random masks: run natively on x86-64 Linux, it writes vector-exceptions.txt.
//   cc -O1 -o vector-exceptions vector-exceptions.c && ./vector-exceptions > vector-exceptions.txt
// Each line: the instruction, MXCSR before, destination, source (xmm1, xmm0), rcx or mm0; then whether SIGFPE came, MXCSR, and what
// is in xmm1, rax and mm1 behind it. Of the instruction's operands, xmm1, mm1 and rax are destinations, xmm0, mm0 and rcx sources.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

struct frame
{
    uint32_t mxcsr;
    uint32_t unused[3];
    uint64_t destination[2];
    uint64_t source[2];
    uint64_t general;
    uint64_t result;
    uint64_t vector;
};

static const char *const instructions[] = {
    "0F58C8", "660F58C8", "F30F58C8", "F20F58C8", "0F59C8", "660F59C8", "F30F59C8", "F20F59C8",
    "0F5CC8", "660F5CC8", "F30F5CC8", "F20F5CC8", "0F5DC8", "660F5DC8", "F30F5DC8", "F20F5DC8",
    "0F5EC8", "660F5EC8", "F30F5EC8", "F20F5EC8", "0F5FC8", "660F5FC8", "F30F5FC8", "F20F5FC8",
    "0F51C8", "660F51C8", "F30F51C8", "F20F51C8",
    "0FC2C800", "660FC2C801", "F30FC2C802", "F20FC2C803", "0FC2C805", "660FC2C806", "F30FC2C807", "F20FC2C801",
    "0F2EC8", "660F2EC8", "0F2FC8", "660F2FC8",
    "0F5AC8", "660F5AC8", "F30F5AC8", "F20F5AC8", "0F5BC8", "660F5BC8", "F30F5BC8", "F20FE6C8", "660FE6C8", "F30FE6C8",
    "F30F2AC9", "F3480F2AC9", "F20F2AC9", "F2480F2AC9",
    "F30F2CC0", "F3480F2CC0", "F20F2CC0", "F2480F2CC0", "F30F2DC0", "F3480F2DC0", "F20F2DC0", "F2480F2DC0",
    "0F2AC8", "660F2AC8", "0F2CC8", "660F2CC8", "0F2DC8", "660F2DC8",
    "660FD0C8", "F20FD0C8", "660F7CC8", "F20F7CC8", "660F7DC8", "F20F7DC8",
};

static const uint32_t singles[] = {
    0, 0x80000000, 1, 0x807fffff, 0x00400000, 0x00800000, 0x00800001, 0x3f800000, 0xbf800000, 0x3f800001, 0x3f000000, 0x40400000,
    0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x4effffff, 0xcf000001, 0x5f000000,
};

static const uint32_t single_nans[] = { 0x7fc00000, 0xffc12345, 0x7f800001, 0xffa00000 };

static const uint64_t doubles[] = {
    0, 0x8000000000000000, 1, 0x800fffffffffffff, 0x0008000000000000, 0x0010000000000000, 0x0010000000000001, 0x3ff0000000000000,
    0xbff0000000000000, 0x3ff0000000000001, 0x3fe0000000000000, 0x4008000000000000, 0x7fefffffffffffff, 0x7ff0000000000000,
    0xfff0000000000000, 0x41dfffffffe00000, 0xc1e0000000200000, 0x43e0000000000000, 0x3800000000000000, 0x36a0000000000000, 0x47efffffffffffff, 0x3810000000000001,
};

static const uint64_t double_nans[] = { 0x7ff8000000000000, 0xfff8000012345678, 0x7ff0000000000001, 0xfff4000000000000 };

static uint64_t seed = 1;
static volatile int raised;
static volatile int length;

static uint32_t next(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33);
}

static uint64_t number(int is_double)
{
    if (is_double)
    {
        return doubles[next() % (sizeof doubles / sizeof *doubles)];
    }

    uint64_t low = singles[next() % (sizeof singles / sizeof *singles)];
    return low | (uint64_t)singles[next() % (sizeof singles / sizeof *singles)] << 32;
}

static void on_exception(int signal, siginfo_t *info, void *context)
{
    ucontext_t *user = context;
    (void)signal;
    (void)info;
    raised = 1;
    user->uc_mcontext.gregs[REG_RIP] += length;
}

int main(void)
{
    static const uint8_t before[] = {
        0x0f, 0xae, 0x17,             // ldmxcsr [rdi]
        0x0f, 0x10, 0x4f, 0x10,       // movups xmm1, [rdi + 16]
        0x0f, 0x10, 0x47, 0x20,       // movups xmm0, [rdi + 32]
        0x48, 0x8b, 0x4f, 0x30,       // mov rcx, [rdi + 48]
        0x48, 0x8b, 0x47, 0x38,       // mov rax, [rdi + 56]
        0x0f, 0x6f, 0x47, 0x30,       // movq mm0, [rdi + 48]
        0x0f, 0x6f, 0x4f, 0x40,       // movq mm1, [rdi + 64]
    };
    static const uint8_t behind[] = {
        0x0f, 0x11, 0x4f, 0x10,       // movups [rdi + 16], xmm1
        0x48, 0x89, 0x47, 0x38,       // mov [rdi + 56], rax
        0x0f, 0x7f, 0x4f, 0x40,       // movq [rdi + 64], mm1
        0x0f, 0xae, 0x1f,             // stmxcsr [rdi]
        0x0f, 0x77, 0xc3,             // emms; ret
    };
    struct sigaction action = { .sa_sigaction = on_exception, .sa_flags = SA_SIGINFO };
    sigaction(SIGFPE, &action, NULL);
    uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < sizeof instructions / sizeof *instructions; i++)
    {
        uint8_t *end = code + sizeof before;
        memcpy(code, before, sizeof before);
        for (const char *digits = instructions[i]; *digits; digits += 2)
        {
            unsigned byte;
            sscanf(digits, "%2x", &byte);
            *end++ = (uint8_t)byte;
        }

        length = (int)(end - code - (int)sizeof before);
        memcpy(end, behind, sizeof behind);
        for (int n = 0; n < 16; n++)
        {
            struct frame frame = { 0 };
            const uint8_t *bytes = code + sizeof before;
            int is_double = bytes[0] == 0x66 || (bytes[0] == 0xf2 && (bytes[2] == 0xe6 || bytes[2] < 0x7c || bytes[2] > 0xd0));
            int is_choice = (bytes[0] == 0x0f ? bytes[1] : bytes[2]) == 0x5d || (bytes[0] == 0x0f ? bytes[1] : bytes[2]) == 0x5f;
            frame.mxcsr = (next() % 64) << 7 | (next() & 0xe040) | (next() % 4 == 0 ? next() & 0x3f : 0);
            frame.mxcsr |= n % 4 == 0 ? 0x1f80 : n % 4 == 1 ? 0x1f80 & ~(0x80 << next() % 6) : 0;
            for (int half = 0; half < 2; half++)
            {
                frame.destination[half] = number(is_double);
                frame.source[half] = number(is_double);
            }

            // QEMU and Unicorn choose between two NaNs as the x87 does, and take denormals for minima under DAZ: none here.
            uint64_t *half = next() % 2 ? &frame.destination[next() % 2] : &frame.source[next() % 2];
            if (is_double)
            {
                *half = next() % 2 ? double_nans[next() % 4] : *half;
            }
            else if (next() % 2)
            {
                *half = (*half >> 32) << 32 | single_nans[next() % 4];
            }

            frame.mxcsr &= is_choice ? 0xffbf : 0xffff;
            frame.general = next() % 2 ? (uint64_t)next() << 33 | next() : 0xffffffff00000000 | 16777217;
            uint32_t control = frame.mxcsr;
            struct frame given = frame;
            raised = 0;
            ((void (*)(struct frame *))code)(&frame);
            uint32_t usual = 0x1f80;
            __asm__ volatile("ldmxcsr %0" : : "m"(usual));
            printf("%s %04x %016lx%016lx %016lx%016lx %016lx %d %04x %016lx%016lx %016lx %016lx\n",
                instructions[i], control, given.destination[1], given.destination[0], given.source[1], given.source[0],
                given.general, raised, frame.mxcsr, frame.destination[1], frame.destination[0], frame.result, frame.vector);
        }
    }

    return 0;
}

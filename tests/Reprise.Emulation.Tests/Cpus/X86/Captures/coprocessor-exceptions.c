// What a processor makes of x87 arithmetic under random masks: run natively on x86-64 Linux, it writes coprocessor-exceptions.txt.
//   cc -O1 -o coprocessor-exceptions coprocessor-exceptions.c && ./coprocessor-exceptions > coprocessor-exceptions.txt
// Each line: the instruction, whose memory operand is at [rsi]; control and status word before, ST0, ST1, ST2 (exponent and
// significand; ST3 to ST7 are empty, and so are those that are a dash), the operand in memory; then status word, tags, the
// first three registers of the stack, and the memory behind it.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct image // of FSAVE (SDM volume 1, figure 8-9)
{
    uint32_t control, status, tags, ip, cs, dp, ds;
    uint8_t registers[8][10];
    uint8_t unused[20];
    uint8_t memory[16];
};

static const char *const instructions[] = {
    "D806", "D80E", "D816", "D81E", "D826", "D82E", "D836", "D83E",
    "D8C1", "D8C9", "D8D1", "D8D9", "D8E1", "D8E9", "D8F1", "D8F9", "D8F2",
    "D906", "D916", "D91E", "D9C1", "D9C3", "D9C9", "D9E0", "D9E1", "D9E4", "D9E5", "D9E8", "D9EB", "D9EE",
    "D9F4", "D9F6", "D9F7", "D9FA", "D9FC", "D9FD",
    "DA06", "DA16", "DA36", "DA3E", "DAC1", "DAE9", "DB06", "DB0E", "DB16", "DB1E", "DB2E", "DB3E", "DBE9", "DBF1",
    "DC06", "DC0E", "DC16", "DC26", "DC36", "DC3E", "DCC1", "DCC9", "DCE1", "DCE9", "DCF1", "DCF9",
    "DD06", "DD0E", "DD16", "DD1E", "DDC1", "DDD1", "DDD9", "DDE1", "DDE9",
    "DE06", "DE36", "DEC1", "DEC9", "DED9", "DEE1", "DEE9", "DEF1", "DEF9",
    "DF06", "DF0E", "DF16", "DF1E", "DF26", "DF2E", "DF36", "DF3E", "DFE9", "DFF1",
};

static const struct { uint16_t exponent; uint64_t significand; } numbers[] = {
    { 0, 0 }, { 0x8000, 0 }, { 0, 1 }, { 0x8000, 0x4000000000000000 }, { 0, 0x7fffffffffffffff }, { 1, 0x8000000000000000 },
    { 0x3fff, 0x8000000000000000 }, { 0xbfff, 0x8000000000000000 }, { 0x3fff, 0x8000000000000001 }, { 0x4000, 0xc000000000000000 },
    { 0x3ffe, 0xaaaaaaaaaaaaaaab }, { 0x7ffe, 0xffffffffffffffff }, { 0xfffe, 0x8000000000000000 }, { 0x7fff, 0x8000000000000000 },
    { 0xffff, 0x8000000000000000 }, { 0x3f80, 0x8000000000000000 }, { 0x3f81, 0xffffffffffffffff }, { 0x3c00, 0xffffff0000000000 },
    { 0x407f, 0xffffff0000000000 }, { 0x407e, 0xffffff8000000000 }, { 0x43ff, 0x8000000000000000 }, { 0x401d, 0xffffffff00000000 },
    { 0x400e, 0x8000000000000000 }, { 0xc03e, 0x8000000000000000 }, { 0x403a, 0x9876543210987654 }, { 0x3bcd, 0x8000000000000000 },
};

static const struct { uint16_t exponent; uint64_t significand; } nans[] = {
    { 0x7fff, 0xc000000000000000 }, { 0xffff, 0xd234567812345678 }, { 0x7fff, 0x8000000000000001 }, { 0xffff, 0xa000000000000000 },
};

static const uint64_t memories[] = {
    0, 0x8000000080000000, 1, 0x0000000000800000, 0x807fffff807fffff, 0x000fffffffffffff, 0x3f8000003f800000, 0x3ff0000000000000,
    0x7f8000007f800000, 0x7ff0000000000000, 0x7fefffff7f7fffff, 0x4008000040400000, 0x7ff0000000000001, 0x7fc000007fc00000,
    0xffffffffffffffff, 0x7fffffffffffffff,
};

static uint64_t seed = 1;

static uint32_t next(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33);
}

static void print(const uint8_t *value, int is_empty)
{
    uint64_t significand;
    uint16_t exponent;
    memcpy(&significand, value, 8);
    memcpy(&exponent, value + 8, 2);
    is_empty ? printf(" -") : printf(" %04x%016lx", exponent, significand);
}

int main(void)
{
    uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < sizeof instructions / sizeof *instructions; i++)
    {
        unsigned opcode, modrm;
        sscanf(instructions[i], "%2x%2x", &opcode, &modrm);
        const uint8_t bytes[] = { 0xdd, 0x27, (uint8_t)opcode, (uint8_t)modrm, 0xdd, 0x37, 0xc3 }; // frstor [rdi]; fnsave [rdi]; ret
        memcpy(code, bytes, sizeof bytes);
        int is_load = modrm < 0xc0;
        for (int n = 0; n < 14; n++)
        {
            struct image image = { 0 };
            image.control = (next() & 0xf3f) | 0x40 | (next() % 4 == 0 ? 0x300 : 0);
            image.control |= n % 3 == 0 ? 0x3f : n % 3 == 1 ? 0x3f & ~(1 << next() % 6) : 0;
            image.control &= n % 3 == 1 ? ~(1 << next() % 6) : ~0;
            image.control |= (image.control & 0x300) == 0x100 ? 0x300 : 0; // the other is reserved
            image.tags = 0xffc0 | (next() % 8 == 0 ? 3 << 2 * (next() % 3) : 0);
            int nan = (int)(next() % 6);
            for (int r = 0; r < 3; r++)
            {
                unsigned which = next() % (sizeof numbers / sizeof *numbers);
                uint64_t significand = nan == r ? nans[next() % 4].significand : numbers[which].significand;
                uint16_t exponent = nan == r ? nans[0].exponent : numbers[which].exponent;
                memcpy(image.registers[r], &significand, 8);
                memcpy(image.registers[r] + 8, &exponent, 2);
            }

            uint64_t memory = memories[next() % (nan < 3 ? 12 : 16)];
            memcpy(image.memory, &memory, 8);
            unsigned which = next() % (sizeof numbers / sizeof *numbers);
            if (opcode == 0xdb && (modrm & 0x38) == 0x28)
            {
                memcpy(image.memory, &numbers[which].significand, 8);
                memcpy(image.memory + 8, &numbers[which].exponent, 2);
            }

            printf("%s %04x %04x", instructions[i], image.control, image.status);
            for (int r = 0; r < 3; r++)
            {
                print(image.registers[r], (image.tags >> 2 * r & 3) == 3);
            }

            print(image.memory, 0);
            (void)is_load;
            __asm__ volatile("call *%1" : : "D"(&image), "r"(code), "S"(image.memory) : "memory", "cc");
            printf(" %04x %04x", image.status & 0xffff, image.tags & 0xffff);
            for (int r = 0; r < 3; r++)
            {
                print(image.registers[r], (image.tags >> 2 * ((r + (image.status >> 11)) & 7) & 3) == 3);
            }

            print(image.memory, 0);
            printf("\n");
        }
    }

    return 0;
}

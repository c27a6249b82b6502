// What a processor makes of integer instructions, MMX and SSE's: run natively on x86-64 Linux, it writes instructions.txt.
//   cc -O1 -mno-red-zone -o instructions instructions.c && ./instructions > instructions.txt
// Each line: the instruction; rax, rcx, rdx, condition codes, xmm1, xmm0, mm1 and mm0 before it; the same behind it, = for what did
// not change.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum
{
    CONDITION_CODES = 0x8d5,
    ROUNDS = 3,
};

struct frame
{
    uint64_t rax, rcx, rdx, flags, xmm1[2], xmm0[2], mm1, mm0;
};

static const char *const instructions[] = {
    "00C8", "02C1", "6601C8", "6603C1", "01C8", "03C1", "4801C8", "4803C1", "80C081", "83C0F0", "4883C07F", "6683C080", "08C8",
    "0AC1", "6609C8", "660BC1", "09C8", "0BC1", "4809C8", "480BC1", "80C881", "83C8F0", "4883C87F", "6683C880", "10C8", "12C1",
    "6611C8", "6613C1", "11C8", "13C1", "4811C8", "4813C1", "80D081", "83D0F0", "4883D07F", "6683D080", "18C8", "1AC1",
    "6619C8", "661BC1", "19C8", "1BC1", "4819C8", "481BC1", "80D881", "83D8F0", "4883D87F", "6683D880", "20C8", "22C1",
    "6621C8", "6623C1", "21C8", "23C1", "4821C8", "4823C1", "80E081", "83E0F0", "4883E07F", "6683E080", "28C8", "2AC1",
    "6629C8", "662BC1", "29C8", "2BC1", "4829C8", "482BC1", "80E881", "83E8F0", "4883E87F", "6683E880", "30C8", "32C1",
    "6631C8", "6633C1", "31C8", "33C1", "4831C8", "4833C1", "80F081", "83F0F0", "4883F07F", "6683F080", "38C8", "3AC1",
    "6639C8", "663BC1", "39C8", "3BC1", "4839C8", "483BC1", "80F881", "83F8F0", "4883F87F", "6683F880", "00CC", "28E0",
    "66D3C0", "66C1C001", "66C1C007", "66C1C021", "66D1C0", "D3C0", "C1C001", "C1C007", "C1C021", "D1C0", "48D3C0", "48C1C001",
    "48C1C007", "48C1C021", "48D1C0", "D2C0", "C0C009", "D0C0", "66D3C8", "66C1C801", "66C1C807", "66C1C821", "66D1C8", "D3C8",
    "C1C801", "C1C807", "C1C821", "D1C8", "48D3C8", "48C1C801", "48C1C807", "48C1C821", "48D1C8", "D2C8", "C0C809", "D0C8",
    "66D3D0", "66C1D001", "66C1D007", "66C1D021", "66D1D0", "D3D0", "C1D001", "C1D007", "C1D021", "D1D0", "48D3D0", "48C1D001",
    "48C1D007", "48C1D021", "48D1D0", "D2D0", "C0D009", "D0D0", "66D3D8", "66C1D801", "66C1D807", "66C1D821", "66D1D8", "D3D8",
    "C1D801", "C1D807", "C1D821", "D1D8", "48D3D8", "48C1D801", "48C1D807", "48C1D821", "48D1D8", "D2D8", "C0D809", "D0D8",
    "66D3E0", "66C1E001", "66C1E007", "66C1E021", "66D1E0", "D3E0", "C1E001", "C1E007", "C1E021", "D1E0", "48D3E0", "48C1E001",
    "48C1E007", "48C1E021", "48D1E0", "D2E0", "C0E009", "D0E0", "66D3E8", "66C1E801", "66C1E807", "66C1E821", "66D1E8", "D3E8",
    "C1E801", "C1E807", "C1E821", "D1E8", "48D3E8", "48C1E801", "48C1E807", "48C1E821", "48D1E8", "D2E8", "C0E809", "D0E8",
    "66D3F8", "66C1F801", "66C1F807", "66C1F821", "66D1F8", "D3F8", "C1F801", "C1F807", "C1F821", "D1F8", "48D3F8", "48C1F801",
    "48C1F807", "48C1F821", "48D1F8", "D2F8", "C0F809", "D0F8", "660FA4D005", "660FA5D0", "0FA4D005", "0FA5D0", "480FA4D005",
    "480FA5D0", "660FACD005", "660FADD0", "0FACD005", "0FADD0", "480FACD005", "480FADD0", "660FA3C8", "0FA3C8", "480FA3C8",
    "660FABC8", "0FABC8", "480FABC8", "660FB3C8", "0FB3C8", "480FB3C8", "660FBBC8", "0FBBC8", "480FBBC8", "660FBAE025",
    "0FBAE025", "480FBAE025", "660FBAE825", "0FBAE825", "480FBAE825", "660FBAF025", "0FBAF025", "480FBAF025", "660FBAF825",
    "0FBAF825", "480FBAF825", "660FBCC1", "0FBCC1", "480FBCC1", "660FBDC1", "0FBDC1", "480FBDC1", "F6D1", "66F7D1", "F7D1",
    "48F7D1", "F6D9", "66F7D9", "F7D9", "48F7D9", "F6E1", "66F7E1", "F7E1", "48F7E1", "F6E9", "66F7E9", "F7E9", "48F7E9",
    "660FAFC1", "666BC185", "660FB1CA", "660FC1C8", "6685C8", "6687C8", "66FFC0", "66FFC8", "6698", "6699", "660FB6C1",
    "660FBEC1", "0FAFC1", "6BC185", "0FB1CA", "0FC1C8", "85C8", "87C8", "FFC0", "FFC8", "98", "99", "0FB6C1", "0FBEC1",
    "480FAFC1", "486BC185", "480FB1CA", "480FC1C8", "4885C8", "4887C8", "48FFC0", "48FFC8", "4898", "4899", "480FB6C1",
    "480FBEC1", "FEC0", "FEC8", "0FB0CA", "0FC0C8", "0FB7C1", "0FBFC1", "4863C1", "0FC8", "480FC8", "9E", "9F", "F5", "F8",
    "F9", "0F90C0", "480F40C1", "0F40C1", "0F91C0", "480F41C1", "0F41C1", "0F92C0", "480F42C1", "0F42C1", "0F93C0", "480F43C1",
    "0F43C1", "0F94C0", "480F44C1", "0F44C1", "0F95C0", "480F45C1", "0F45C1", "0F96C0", "480F46C1", "0F46C1", "0F97C0",
    "480F47C1", "0F47C1", "0F98C0", "480F48C1", "0F48C1", "0F99C0", "480F49C1", "0F49C1", "0F9AC0", "480F4AC1", "0F4AC1",
    "0F9BC0", "480F4BC1", "0F4BC1", "0F9CC0", "480F4CC1", "0F4CC1", "0F9DC0", "480F4DC1", "0F4DC1", "0F9EC0", "480F4EC1",
    "0F4EC1", "0F9FC0", "480F4FC1", "0F4FC1", "0F14C8", "0F15C8", "0F16C8", "0F12C8", "0F54C8", "0F55C8", "0F56C8", "0F57C8",
    "660F14C8", "660F15C8", "660F54C8", "660F55C8", "660F56C8", "660F57C8", "F30F10C8", "F20F10C8", "0F10C8", "F30F12C8",
    "F30F16C8", "F20F12C8", "0FC6C81B", "660FC6C801", "660F70C84E", "F30F70C8B1", "F20F70C893", "0F50C0", "660F50C0",
    "660FD7C0", "0FD7C0", "660F60C8", "0F60C8", "660F61C8", "0F61C8", "660F62C8", "0F62C8", "660F63C8", "0F63C8", "660F64C8",
    "0F64C8", "660F65C8", "0F65C8", "660F66C8", "0F66C8", "660F67C8", "0F67C8", "660F68C8", "0F68C8", "660F69C8", "0F69C8",
    "660F6AC8", "0F6AC8", "660F6BC8", "0F6BC8", "660F6CC8", "660F6DC8", "660F74C8", "0F74C8", "660F75C8", "0F75C8", "660F76C8",
    "0F76C8", "660FD1C8", "0FD1C8", "660FD2C8", "0FD2C8", "660FD3C8", "0FD3C8", "660FD4C8", "0FD4C8", "660FD5C8", "0FD5C8",
    "660FD6C8", "660FD8C8", "0FD8C8", "660FD9C8", "0FD9C8", "660FDAC8", "0FDAC8", "660FDBC8", "0FDBC8", "660FDCC8", "0FDCC8",
    "660FDDC8", "0FDDC8", "660FDEC8", "0FDEC8", "660FDFC8", "0FDFC8", "660FE0C8", "0FE0C8", "660FE1C8", "0FE1C8", "660FE2C8",
    "0FE2C8", "660FE3C8", "0FE3C8", "660FE4C8", "0FE4C8", "660FE5C8", "0FE5C8", "660FE8C8", "0FE8C8", "660FE9C8", "0FE9C8",
    "660FEAC8", "0FEAC8", "660FEBC8", "0FEBC8", "660FECC8", "0FECC8", "660FEDC8", "0FEDC8", "660FEEC8", "0FEEC8", "660FEFC8",
    "0FEFC8", "660FF1C8", "0FF1C8", "660FF2C8", "0FF2C8", "660FF3C8", "0FF3C8", "660FF4C8", "0FF4C8", "660FF5C8", "0FF5C8",
    "660FF6C8", "0FF6C8", "660FF8C8", "0FF8C8", "660FF9C8", "0FF9C8", "660FFAC8", "0FFAC8", "660FFBC8", "0FFBC8", "660FFCC8",
    "0FFCC8", "660FFDC8", "0FFDC8", "660FFEC8", "0FFEC8", "660F6EC9", "66480F6EC9", "660F7EC8", "66480F7EC8", "F30F7EC8",
    "660FC4C905", "660FC5C003", "0FC4C902", "0FC5C101", "0F70C81E", "660F71D100", "0F71D100", "660F71D103", "0F71D103",
    "660F71D111", "0F71D111", "660F71D146", "0F71D146", "660F71E100", "0F71E100", "660F71E103", "0F71E103", "660F71E111",
    "0F71E111", "660F71E146", "0F71E146", "660F71F100", "0F71F100", "660F71F103", "0F71F103", "660F71F111", "0F71F111",
    "660F71F146", "0F71F146", "660F72D100", "0F72D100", "660F72D103", "0F72D103", "660F72D111", "0F72D111", "660F72D146",
    "0F72D146", "660F72E100", "0F72E100", "660F72E103", "0F72E103", "660F72E111", "0F72E111", "660F72E146", "0F72E146",
    "660F72F100", "0F72F100", "660F72F103", "0F72F103", "660F72F111", "0F72F111", "660F72F146", "0F72F146", "660F73D100",
    "0F73D100", "660F73D103", "0F73D103", "660F73D111", "0F73D111", "660F73D146", "0F73D146", "660F73F100", "0F73F100",
    "660F73F103", "0F73F103", "660F73F111", "0F73F111", "660F73F146", "0F73F146", "660F73D900", "660F73D905", "660F73D910",
    "660F73F900", "660F73F905", "660F73F910", "F30FD6C8", "F20FD6C8",
};

static const uint64_t numbers[] = {
    0, 1, ~0ull, 0x7fffffffffffffff, 0x8000000000000000, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fff, 0x8000, 0x80, 0x7f, 0xff, 0x100,
    0xffff0000ffff, 0x8000800080008000, 0x7f80ff0100fe8081,
};

static uint64_t seed = 1;

static uint32_t next(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33);
}

static uint64_t number(void)
{
    return next() % 2 ? numbers[next() % (sizeof numbers / sizeof *numbers)] : (uint64_t)next() << 40 ^ (uint64_t)next() << 15 ^ next();
}

static void print(int digits, uint64_t now, uint64_t before, int is_first)
{
    now == before && !is_first ? printf(" =") : printf(" %0*" PRIx64, digits, now);
}

static void print_wide(const uint64_t *now, const uint64_t *before, int is_first)
{
    if (memcmp(now, before, 16) == 0 && !is_first)
        printf(" =");
    else
        printf(" %016" PRIx64 "%016" PRIx64, now[1], now[0]);
}

static void print_frame(const struct frame *now, const struct frame *before, int is_first)
{
    print(16, now->rax, before->rax, is_first);
    print(16, now->rcx, before->rcx, is_first);
    print(16, now->rdx, before->rdx, is_first);
    print(3, now->flags & CONDITION_CODES, before->flags & CONDITION_CODES, is_first);
    print_wide(now->xmm1, before->xmm1, is_first);
    print_wide(now->xmm0, before->xmm0, is_first);
    print(16, now->mm1, before->mm1, is_first);
    print(16, now->mm0, before->mm0, is_first);
}

int main(void)
{
    static const uint8_t before[] = {
        0xff, 0x77, 0x18, 0x9d,                         // push [rdi + 24]; popfq
        0x48, 0x8b, 0x07, 0x48, 0x8b, 0x4f, 0x08,       // mov rax, [rdi]; mov rcx, [rdi + 8]
        0x48, 0x8b, 0x57, 0x10,                         // mov rdx, [rdi + 16]
        0x0f, 0x10, 0x4f, 0x20, 0x0f, 0x10, 0x47, 0x30, // movups xmm1, [rdi + 32]; movups xmm0, [rdi + 48]
        0x0f, 0x6f, 0x4f, 0x40, 0x0f, 0x6f, 0x47, 0x48, // movq mm1, [rdi + 64]; movq mm0, [rdi + 72]
    };
    static const uint8_t behind[] = {
        0x9c, 0x8f, 0x47, 0x18,                         // pushfq; pop [rdi + 24]; and the others back
        0x48, 0x89, 0x07, 0x48, 0x89, 0x4f, 0x08, 0x48, 0x89, 0x57, 0x10, 0x0f, 0x11, 0x4f, 0x20, 0x0f, 0x11, 0x47, 0x30,
        0x0f, 0x7f, 0x4f, 0x40, 0x0f, 0x7f, 0x47, 0x48, 0x0f, 0x77, 0xc3, // emms; ret
    };
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

        memcpy(end, behind, sizeof behind);
        for (int n = 0; n < ROUNDS; n++)
        {
            struct frame frame = {
                number(), number(), number(), 2 | (next() & CONDITION_CODES), { number(), number() }, { number(), number() }, number(), number(),
            };
            frame.rcx = n == 0 ? (frame.rcx & ~0xffull) | next() % 70 : frame.rcx; // as a count
            struct frame given = frame;
            __asm__ volatile("call *%1" : : "D"(&frame), "r"(code) : "memory", "cc", "rax", "rcx", "rdx", "xmm0", "xmm1");
            printf("%s", instructions[i]);
            print_frame(&given, &given, 1);
            print_frame(&frame, &given, 0);
            printf("\n");
        }
    }

    return 0;
}

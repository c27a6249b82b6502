/*
 * What a program can find out about its processor: every leaf of CPUID, every model-specific register that there may be,
 * which of them can be written, and what becomes of the local APIC when IA32_APIC_BASE changes. Prints it all, for
 * comparing with QEMU. Left out are the registers that count: the time stamp, which QEMU reads as zero, and SMIs.
 */
#include "../pc.h"

enum
{
    TIMER = 32,
    APIC_BASE = 0x1b,
    TSC = 0x10,
    FIRST_MTRR = 0x200,
    PAT = 0x277,
    LAST_MTRR = 0x2ff,
    SMI_COUNT = 0x34,
    EFER = 0xc0000080,
    LOCAL_APIC = 0xfee00000,
    APIC_ID = 0x20,
    APIC_VERSION = 0x30,
    SPURIOUS = 0xf0,
    SOFTWARE_ENABLE = 0x100,
    APIC_FEATURE = 1 << 9,
    ENABLE = 1 << 11,
};

struct pair
{
    unsigned low, high;
};

static volatile unsigned resume_at, faults;

void interrupted(struct frame *frame)
{
    if (frame->vector == TIMER)
    {
        out8(PIC_MASTER, 0x20);
        return;
    }

    faults++;
    if (!resume_at)
    {
        print("exception ");
        print_number(frame->vector);
        print("\n");
        pc_exit(1);
    }

    frame->eip = resume_at;
}

static struct pair read_msr(unsigned number)
{
    struct pair value = {0, 0};
    __asm__ volatile(
        "movl $1f, %[resume]\n\t"
        "rdmsr\n"
        "1:\tmovl $0, %[resume]"
        : "+a"(value.low), "+d"(value.high), [resume] "=m"(resume_at)
        : "c"(number));
    return value;
}

static void write_msr(unsigned number, struct pair value)
{
    __asm__ volatile(
        "movl $1f, %[resume]\n\t"
        "wrmsr\n"
        "1:\tmovl $0, %[resume]"
        : [resume] "=m"(resume_at)
        : "c"(number), "a"(value.low), "d"(value.high)
        : "memory");
}

static void cpuid(unsigned leaf, unsigned subleaf, unsigned values[4])
{
    __asm__ volatile("cpuid" : "=a"(values[0]), "=b"(values[1]), "=c"(values[2]), "=d"(values[3]) : "a"(leaf), "c"(subleaf));
}

static void print_pair(struct pair value)
{
    print_hex(value.high);
    print("_");
    print_hex(value.low);
}

/* All zeros are not told, nor what is the same of subleaf 0. */
static void tell_leaf(unsigned leaf, unsigned subleaf)
{
    unsigned values[4], first[4];
    cpuid(leaf, subleaf, values);
    cpuid(leaf, 0, first);
    unsigned all = 0, other = 0;
    for (unsigned i = 0; i < 4; i++)
    {
        all |= values[i];
        other |= values[i] ^ first[i];
    }

    if (all == 0 || (subleaf && other == 0))
        return;
    print("cpuid ");
    print_hex(leaf);
    print(".");
    print_number(subleaf);
    for (unsigned i = 0; i < 4; i++)
    {
        print(" ");
        print_hex(values[i]);
    }

    print("\n");
}

static void tell_leaves(unsigned first, unsigned last, unsigned subleaves)
{
    for (unsigned leaf = first; leaf <= last; leaf++)
        for (unsigned subleaf = 0; subleaf < subleaves; subleaf++)
            tell_leaf(leaf, subleaf);
}

static void tell_msrs(unsigned first, unsigned last)
{
    for (unsigned number = first; number <= last; number++)
    {
        if (number == TSC || number == SMI_COUNT)
            continue;
        unsigned before = faults;
        struct pair value = read_msr(number);
        if (faults == before && (value.low | value.high) == 0)
            continue;
        print("rdmsr ");
        print_hex(number);
        if (faults != before)
            print(" faults");
        else
        {
            print(" ");
            print_pair(value);
        }

        print("\n");
    }
}

/* What stays of ones and of a pattern, and whether the writes fault. */
static void tell_writable(unsigned number)
{
    static const struct pair patterns[] = {{0xffffffff, 0xffffffff}, {0x12345678, 0x00000abc}, {0, 0}};
    struct pair before = read_msr(number);
    print("wrmsr ");
    print_hex(number);
    for (unsigned i = 0; i < 3; i++)
    {
        unsigned count = faults;
        write_msr(number, patterns[i]);
        print(faults != count ? " faults " : " ");
        print_pair(read_msr(number));
    }

    write_msr(number, before);
    print("\n");
}

static const unsigned writable[] = {
    0x11, 0x17, 0x2a, 0x35, 0x3a, 0x3b, 0x48, 0x79, 0x8b, 0x9e, 0xc1, 0xce, 0xe1, 0xfe, 0x10a, 0x122, 0x140, 0x174,
    0x175, 0x176, 0x179, 0x17a, 0x17b, 0x186, 0x198, 0x199, 0x19a, 0x19b, 0x19c, 0x1a0, 0x1a2, 0x1d9, 0x200, 0x201, 0x20e,
    0x20f, 0x210, 0x250, 0x258, 0x259, 0x268, 0x26f, 0x277, 0x2ff, 0x309, 0x345, 0x38d, 0x38f, 0x390, 0x3f1, 0x400, 0x401,
    0x402, 0x403, 0x424, 0x427, 0x428, 0x480, 0x491, 0x606, 0x6e0, 0x802, 0x803, 0x808, 0x80f, 0xd90, 0xda0, 0xc0000081,
    0xc0000082, 0xc0000083, 0xc0000084, 0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103, 0xc0000104, 0xc0010010, 0xc0010015,
    0xc0010058, 0xc0010114, 0xc0010117, 0xc001001f, 0xc0011029,
};

static unsigned apic(unsigned offset)
{
    return *(volatile unsigned *)(LOCAL_APIC + offset);
}

static void tell_apic(const char *when)
{
    unsigned values[4];
    cpuid(1, 0, values);
    print(when);
    print(": base ");
    print_pair(read_msr(APIC_BASE));
    print(values[3] & APIC_FEATURE ? " announced" : " not announced");
    print(" id ");
    print_hex(apic(APIC_ID));
    print(" version ");
    print_hex(apic(APIC_VERSION));
    print(" spurious ");
    print_hex(apic(SPURIOUS));
    print("\n");
}

static void tell_efer(unsigned low)
{
    write_msr(EFER, (struct pair){low, 0xffffffff});
    print("efer ");
    print_pair(read_msr(EFER));
    print("\n");
}

#define READ(register)                                                                            \
    ({                                                                                            \
        unsigned value;                                                                           \
        __asm__ volatile("mov %%" #register ", %0" : "=r"(value));                                \
        value;                                                                                    \
    })

#define WRITE(register, value)                                                                    \
    __asm__ volatile(                                                                             \
        "movl $1f, %[resume]\n\t"                                                                 \
        "mov %[data], %%" #register "\n"                                                          \
        "1:\tmovl $0, %[resume]"                                                                  \
        : [resume] "=m"(resume_at)                                                                \
        : [data] "r"(value)                                                                       \
        : "memory")

/* A control or debug register with one bit other than it is, for each bit. */
#define TELL_BITS(register, mask)                                                                 \
    for (unsigned bit = 0; bit < 32; bit++)                                                       \
    {                                                                                             \
        if (!((mask) >> bit & 1))                                                                \
            continue;                                                                             \
        unsigned before = READ(register), count = faults;                                         \
        WRITE(register, before ^ 1u << bit);                                                      \
        print(#register " ");                                                                     \
        print_number(bit);                                                                        \
        print(faults != count ? " faults " : " ");                                                \
        print_hex(READ(register) ^ before);                                                       \
        print("\n");                                                                              \
        WRITE(register, before);                                                                  \
    }

static void tell_registers(void)
{
    print_hex(READ(cr0));
    print("\n");
    print_hex(READ(cr4));
    print("\n");
    print_hex(READ(dr6));
    print("\n");
    print_hex(READ(dr7));
    print("\n");
    TELL_BITS(cr0, 0x7ffffffe)
    TELL_BITS(cr3, 0xffffffff)
    TELL_BITS(cr4, 0x7ff) /* QEMU 7.2 hangs at a reserved bit */
    TELL_BITS(dr3, 0xffffffff)
    TELL_BITS(dr6, 0xffffefff)
    TELL_BITS(dr7, 0xffff07ff)
}

int main(void)
{
    pc_start_interrupts(100);
    __asm__ volatile("cli");
    tell_leaves(0, 0x20, 4);
    for (unsigned subleaf = 4; subleaf < 8; subleaf++)
        tell_leaf(4, subleaf);
    tell_leaf(0xb, 0x123);
    tell_leaves(0x40000000, 0x40000004, 1);
    tell_leaves(0x40000100, 0x40000101, 1);
    tell_leaves(0x80000000, 0x80000022, 2);
    tell_leaves(0xc0000000, 0xc0000004, 1);
    tell_leaf(0xffffffff, 0);
    for (unsigned number = FIRST_MTRR; number <= LAST_MTRR; number++)
        if (number != PAT)
            write_msr(number, (struct pair){0, 0}); /* a BIOS may have set them */
    tell_msrs(0, 0xfff);
    tell_msrs(0xc0000000, 0xc00001ff);
    tell_msrs(0xc0010000, 0xc00101ff);
    tell_msrs(0x40000000, 0x400000ff);
    tell_msrs(0x4b564d00, 0x4b564d0f);
    for (unsigned i = 0; i < sizeof writable / sizeof *writable; i++)
        tell_writable(writable[i]);
    tell_efer(0xfffffeff);
    tell_efer(0xffffffff);
    tell_efer(0);
    tell_registers();
    struct pair base = read_msr(APIC_BASE);
    *(volatile unsigned *)(LOCAL_APIC + SPURIOUS) = SOFTWARE_ENABLE | 0xff;
    tell_apic("at power-on");
    write_msr(APIC_BASE, (struct pair){base.low | 0x6ff, 0});
    tell_apic("reserved bits");
    write_msr(APIC_BASE, (struct pair){base.low & ~(unsigned)ENABLE, 0});
    tell_apic("disabled");
    write_msr(APIC_BASE, base);
    tell_apic("enabled again");
    print("done\n");
    pc_exit(0);
    return 0;
}

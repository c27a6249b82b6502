/*
 * What a processor does in long mode besides computing: exceptions with their error codes, pages that may not run, stacks
 * of the IST, SYSCALL and ring 3, segment bases; and arithmetic on operands at the edges, of the x87 and SSE too.
 */

typedef unsigned long long word;

enum
{
    DEBUG_CONSOLE = 0xe9,
    DEBUG_EXIT = 0xf4,
    CODE = 0x08,
    VIRTUAL_PAGE = 0x600000,
};

struct registers
{
    word r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    word vector, error, rip, cs, flags, rsp, ss;
};

struct gate
{
    unsigned short low, selector;
    unsigned char stack, type;
    unsigned short middle;
    unsigned high, zero;
};

extern char entries[];
extern word table_2[512];
extern unsigned char task_state[104];
extern char system_entry[], user_code[], user_end[];
void enter_user(word rip, word rsp, word flags);
void leave_user(void);
void edges(void);
void wide(void);
void floating(void);
void vectors(void);

static struct gate idt[48];
static word small_table[512] __attribute__((aligned(4096)));
static unsigned char fault_stack[4096] __attribute__((aligned(16)));
static unsigned char ring0_stack[4096] __attribute__((aligned(16)));
static unsigned char user_stack[4096] __attribute__((aligned(16)));
static volatile word resume_at, faults, last_error, last_rip, last_stack;
static volatile unsigned last_vector;
static volatile word sink;

static void out8(unsigned short port, unsigned char value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void put(const char *text)
{
    while (*text)
        out8(DEBUG_CONSOLE, (unsigned char)*text++);
}

static void put_hex(word value)
{
    for (int i = 60; i >= 0; i -= 4)
        out8(DEBUG_CONSOLE, (unsigned char)"0123456789abcdef"[value >> i & 15]);
}

static void tell(const char *what, word value)
{
    put(what);
    put(": ");
    put_hex(value);
    put("\n");
}

static word cr2(void)
{
    word value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

void interrupted(struct registers *registers)
{
    faults++;
    last_vector = (unsigned)registers->vector;
    last_error = registers->error;
    last_rip = registers->rip;
    last_stack = registers->rsp;
    if (registers->vector == 46)
        leave_user();
    if (!resume_at)
    {
        tell("unexpected exception", registers->vector);
        tell("at", registers->rip);
        out8(DEBUG_EXIT, 1);
    }

    registers->rip = resume_at;
    registers->cs = CODE;
    registers->ss = 0x10;
    if (registers->vector == 8)
        registers->rsp = (word)(ring0_stack + sizeof ring0_stack - 256);
}

static void report(const char *what)
{
    put(what);
    put(" v");
    put_hex(last_vector);
    put(" e");
    put_hex(last_error);
    put(" a");
    put_hex(last_vector == 14 ? cr2() : 0);
    put("\n");
}

#define FAULT(what, ...)                                                                            \
    do                                                                                              \
    {                                                                                               \
        __asm__ volatile("movq $1f, %0" : "=m"(resume_at));                                         \
        __asm__ volatile("mov %%rsp, %%r15\n" __VA_ARGS__ "\n1: mov %%r15, %%rsp" : : : "rax",      \
            "rbx", "rcx", "rdx", "r15", "memory", "cc");                                            \
        resume_at = 0;                                                                              \
        report(what);                                                                               \
    } while (0)

static void set_gate(int vector, word entry, unsigned char stack, unsigned char type)
{
    idt[vector] = (struct gate){(unsigned short)entry, CODE, stack, type, (unsigned short)(entry >> 16),
        (unsigned)(entry >> 32), 0};
}

static void set_up(void)
{
    out8(0x21, 0xff); /* no interrupt comes at a time of its own */
    out8(0xa1, 0xff);
    for (int i = 0; i < 48; i++)
        set_gate(i, (word)entries + (unsigned)i * 16, i == 8 ? 1 : 0, 0x8e);
    set_gate(46, (word)entries + 46 * 16, 0, 0xee);
    set_gate(45, (word)entries + 45 * 16, 2, 0xee);
    struct __attribute__((packed))
    {
        unsigned short limit;
        word base;
    } table = {sizeof idt - 1, (word)idt};
    __asm__ volatile("lidt %0" : : "m"(table));
    *(word *)(task_state + 4) = (word)(ring0_stack + sizeof ring0_stack);
    *(word *)(task_state + 36) = (word)(fault_stack + 2048);
    *(unsigned short *)(task_state + 102) = 104;
    *(word *)(task_state + 44) = (word)(fault_stack + 4096);

    /* The pages from 6 MiB on are the 2 MiB there; one may not run, one not be written, one is not there. */
    for (unsigned i = 0; i < 512; i++)
        small_table[i] = VIRTUAL_PAGE + i * 4096 + 7;
    small_table[1] |= 1ull << 63;
    small_table[2] &= ~2ull;
    small_table[3] = 0;
    small_table[4] &= ~4ull;
    table_2[3] = (word)small_table | 7;
    __asm__ volatile("mov %%cr3, %%rax\n mov %%rax, %%cr3" : : : "rax", "memory");
}

static void exceptions(void)
{
    FAULT("divide", "xor %%edx, %%edx\n xor %%ecx, %%ecx\n div %%rcx");
    FAULT("quotient", "mov $-1, %%rdx\n mov $2, %%rcx\n div %%rcx");
    FAULT("invalid", "ud2");
    FAULT("breakpoint", "int3");
    FAULT("not canonical", "mov $0x800000000000, %%rbx\n mov (%%rbx), %%rax");
    FAULT("stack not canonical", "mov $0x900000000000, %%rsp\n push %%rax");
    FAULT("selector", "mov $0x60, %%eax\n mov %%eax, %%es");
    FAULT("code as stack", "mov $8, %%eax\n mov %%eax, %%ss");
    FAULT("stack of the table", "int $45");
    tell("on it", last_stack & ~0xfffull);
    FAULT("double fault", "mov $0x603008, %%rsp\n ud2");
    FAULT("may not run", "mov $0x601000, %%rax\n movb $0xc3, (%%rax)\n jmp *%%rax");
    FAULT("not present", "mov 0x603ffc, %%rax");
    FAULT("write over the edge", "movq $-1, 0x602ffd");
    FAULT("read-only", "addl $5, 0x602ffd");
    FAULT("jump into nothing", "mov $0x603010, %%rax\n jmp *%%rax");
    FAULT("far", "ljmp *far_pointer");
    FAULT("debug status", "mov %%dr6, %%rax\n mov %%rax, %%rbx\n mov $0x12345678, %%rdx\n mov %%rdx, %%dr1\n"
        "mov %%dr1, %%rcx\n mov %%dr7, %%rax\n ud2");
    tell("accessed and dirty", small_table[1] & 0xfff);
    tell("accessed", small_table[2] & 0xfff);
}

__asm__(".data\nfar_pointer: .long 0x1000\n .short 0x10\n .text");

static word read_msr(unsigned number)
{
    unsigned low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return low | (word)high << 32;
}

static void write_msr(unsigned number, word value)
{
    __asm__ volatile("wrmsr" : : "c"(number), "a"((unsigned)value), "d"((unsigned)(value >> 32)));
}

static void bases(void)
{
    write_msr(0xc0000100, (word)user_stack);
    write_msr(0xc0000101, (word)user_stack + 8);
    write_msr(0xc0000102, 0x123456789abcull);
    __asm__ volatile("movq $77, %%fs:16\n movq %%gs:8, %%rax\n mov %%rax, %0" : "=m"(sink) : : "rax", "memory");
    tell("through gs", sink);
    __asm__ volatile("swapgs");
    tell("gs", read_msr(0xc0000101));
    tell("kernel's gs", read_msr(0xc0000102));
    __asm__ volatile("swapgs");
    write_msr(0xc0000081, 0x001b0008ull << 32);
    write_msr(0xc0000082, (word)system_entry);
    write_msr(0xc0000083, (word)system_entry);
    write_msr(0xc0000084, 0x40700);
    tell("lstar is the entry", read_msr(0xc0000082) == (word)system_entry);
}

static void users(void)
{
    resume_at = 0;
    for (unsigned i = 0; i < 3; i++)
    {
        __asm__ volatile("movq $2f, %0\n jmp 3f\n2: int $46\n3:" : "=m"(resume_at));
        enter_user((word)user_code + i * 64, (word)(user_stack + sizeof user_stack - 64), i == 2 ? 0xad7 : 0x2);
        report("user");
        resume_at = 0;
    }
}

int main(void)
{
    set_up();
    exceptions();
    bases();
    users();
    wide();
    edges();
    floating();
    vectors();
    tell("done", faults);
    out8(DEBUG_EXIT, 0);
    return 0;
}

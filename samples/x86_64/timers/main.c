/*
 * Two timers that interrupt everything: the PIT through the PIC, and the local APIC's. Meanwhile strings fill pages that
 * come when they are wanted and go again, in ring 0 and, by system calls, from ring 3. Prints what does not depend on time.
 */
typedef unsigned long long word;

enum
{
    DEBUG_CONSOLE = 0xe9,
    DEBUG_EXIT = 0xf4,
    CODE = 0x08,
    PIT_VECTOR = 32,
    LEAVE = 46,
    APIC_VECTOR = 47,
    LATE = 0x600000,
    LATE_PAGES = 24,
    ROUNDS = 6,
};

#define APIC(register) (*(volatile unsigned *)(0xfee00000ull + (register)))

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
void enter_user(word rip, word rsp);
void leave_user(void);
void user_code(void);
void system_entry(void);

static struct gate idt[48];
static word late_table[512] __attribute__((aligned(4096)));
static word high_table[512] __attribute__((aligned(4096)));
static unsigned char ring0_stack[4096] __attribute__((aligned(16)));
static unsigned char timer_stack[4096] __attribute__((aligned(16)));
static unsigned char user_stack[4096] __attribute__((aligned(16)));
static volatile unsigned pit_ticks, apic_ticks, late, user_ticks;

static void out8(unsigned short port, unsigned char value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void tell(const char *what, word value)
{
    for (; *what; what++)
        out8(DEBUG_CONSOLE, (unsigned char)*what);
    for (int i = 60; i >= 0; i -= 4)
        out8(DEBUG_CONSOLE, (unsigned char)"0123456789abcdef"[value >> i & 15]);
    out8(DEBUG_CONSOLE, '\n');
}

static word cr2(void)
{
    word value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

void interrupted(struct registers *registers)
{
    if (registers->vector == PIT_VECTOR)
    {
        pit_ticks++;
        out8(0x20, 0x20);
    }
    else if (registers->vector == APIC_VECTOR)
    {
        apic_ticks++;
        user_ticks += (registers->cs & 3) == 3;
        APIC(0xb0) = 0;
    }
    else if (registers->vector == 14 && cr2() - LATE < LATE_PAGES * 4096)
    {
        word page = (cr2() - LATE) >> 12;
        late_table[page] = LATE + page * 4096 + 7;
        late++;
    }
    else if (registers->vector == LEAVE)
    {
        leave_user();
    }
    else
    {
        tell("exception ", registers->vector);
        tell("at ", registers->rip);
        out8(DEBUG_EXIT, 1);
    }
}

static void forget_pages(void)
{
    for (unsigned i = 0; i < LATE_PAGES; i++)
    {
        late_table[i] = 0;
        __asm__ volatile("invlpg (%0)" : : "r"((word)LATE + i * 4096) : "memory");
    }
}

static void write_msr(unsigned number, word value)
{
    __asm__ volatile("wrmsr" : : "c"(number), "a"((unsigned)value), "d"((unsigned)(value >> 32)));
}

static void set_up(void)
{
    for (int i = 0; i < 48; i++)
    {
        word entry = (word)entries + (unsigned)i * 16;
        idt[i] = (struct gate){(unsigned short)entry, CODE, i == APIC_VECTOR ? 1 : 0, i == LEAVE ? 0xee : 0x8e,
            (unsigned short)(entry >> 16), 0, 0};
    }

    struct __attribute__((packed))
    {
        unsigned short limit;
        word base;
    } table = {sizeof idt - 1, (word)idt};
    __asm__ volatile("lidt %0" : : "m"(table));
    *(word *)(task_state + 4) = (word)(ring0_stack + sizeof ring0_stack);
    *(word *)(task_state + 36) = (word)(timer_stack + sizeof timer_stack);
    *(unsigned short *)(task_state + 102) = 104;
    table_2[3] = (word)late_table | 7;
    high_table[0x1f7] = 0xfee00000 | 0x9b;
    (table_2 - 512)[3] = (word)high_table | 7; /* the table above is the one of the level above */
    __asm__ volatile("mov %%cr3, %%rax\n mov %%rax, %%cr3" : : : "rax", "memory");
    write_msr(0xc0000081, 0x001b0008ull << 32);
    write_msr(0xc0000082, (word)system_entry);
    write_msr(0xc0000084, 0x200);

    static const unsigned char pic[][2] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, PIT_VECTOR}, {0xa1, 40}, {0x21, 4},
        {0xa1, 2}, {0x21, 1}, {0xa1, 1}, {0x21, 0xfe}, {0xa1, 0xff}, {0x43, 0x34}, {0x40, 0xb0}, {0x40, 0x00}};
    for (unsigned i = 0; i < sizeof pic / 2; i++)
        out8(pic[i][0], pic[i][1]);
    APIC(0xf0) = 0x1ff;
    APIC(0x350) = 0x700; /* LINT0 is the PIC */
    APIC(0x3e0) = 0xb;
    APIC(0x320) = 0x20000 | APIC_VECTOR;
    APIC(0x380) = 21001;
}

int main(void)
{
    set_up();
    __asm__ volatile("sti");
    word sum = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
    {
        forget_pages();
        word count = (LATE_PAGES * 4096 - 4096) / 8 - round;
        word *to = (word *)(LATE + 0xffd);
        __asm__ volatile("rep stosq" : "+c"(count), "+D"(to) : "a"(0x0101010101010101ull * (round + 1)) : "memory");
        count = 9000;
        unsigned char *from = (unsigned char *)LATE + 0x3ff8 + round, *target = (unsigned char *)LATE + 0x9003;
        __asm__ volatile("rep movsb" : "+c"(count), "+S"(from), "+D"(target) : : "memory");
        forget_pages();
        for (unsigned i = 0; i < LATE_PAGES * 512; i += 3)
            sum = sum * 31 + ((word *)LATE)[i];
        enter_user((word)user_code, (word)(user_stack + sizeof user_stack - 64));
    }

    __asm__ volatile("cli");
    tell("sum ", sum);
    tell("late pages ", late);
    tell("both tick ", pit_ticks > 10 && apic_ticks > 10);
    tell("in ring 3 too ", user_ticks > 0);
    out8(DEBUG_EXIT, 0);
    return 0;
}

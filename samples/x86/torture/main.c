/*
 * What a PC's processor does besides computing: exceptions with their error codes, paging with accessed and dirty bits,
 * strings over pages that come late, ring 3 and virtual-8086 mode, with a timer that interrupts all of it. Each part
 * prints what it saw.
 */
#include "../pc.h"

enum
{
    SYSTEM_CALL = 46,
    LEAVE = 47,
    CODE = 0x08,
    DATA = 0x10,
    USER_CODE = 0x1b,
    USER_DATA = 0x23,
    TASK = 0x28,
    ABSENT = 0x30,
    VIRTUAL = 0x20000,
    PAGE = 4096,
};

#define MEMORY(address) (*(volatile unsigned *)(address))

struct __attribute__((packed)) pointer
{
    unsigned short limit;
    unsigned base;
};

static unsigned long long gdt[8];
static unsigned task_state[26];
static unsigned char ring0_stack[2048] __attribute__((aligned(16)));
static unsigned char user_stack[PAGE] __attribute__((aligned(4096)));
static unsigned big_table[1024] __attribute__((aligned(4096)));
static unsigned long long extended_tables[6 * 512] __attribute__((aligned(4096)));
static unsigned long long directory_pointers[4] __attribute__((aligned(32)));

static volatile unsigned ticks;
static volatile unsigned resume_at;
static volatile unsigned faults;
static volatile unsigned last_vector, last_error, last_cr2, last_cs;
static volatile unsigned late_pages;
static volatile unsigned calls;
static volatile unsigned vm_int;

void load_tables(struct pointer *pointer);
void enter(unsigned eip, unsigned cs, unsigned eflags, unsigned esp, unsigned ss);
void leave_user(void);

static unsigned cr2(void)
{
    unsigned value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

static void flush_page(unsigned address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

void interrupted(struct frame *frame)
{
    if (frame->vector == 32)
    {
        ticks++;
        out8(PIC_MASTER, 0x20);
        return;
    }

    last_cs = frame->cs;
    if (frame->vector == LEAVE)
    {
        leave_user();
    }

    if (frame->vector == SYSTEM_CALL)
    {
        calls++;
        frame->eax = frame->eax * 3 + frame->ebx;
        return;
    }

    if (frame->vector == 14 && late_pages && cr2() >= 0x300000 && cr2() < 0x310000)
    {
        /* A page that comes when it is wanted. */
        unsigned page = cr2() >> 12;
        first_table[page] = page << 12 | 3;
        late_pages++;
        return;
    }

    faults++;
    last_vector = frame->vector;
    last_error = frame->error_code;
    last_cr2 = frame->vector == 14 ? cr2() : 0;
    if (frame->eflags & VIRTUAL)
    {
        vm_int++;
        leave_user();
    }

    if (!resume_at)
    {
        print("unexpected exception ");
        print_number(frame->vector);
        print(" at ");
        print_hex(frame->eip);
        print(" error ");
        print_hex(frame->error_code);
        print("\n");
        pc_exit(1);
    }

    frame->eip = resume_at;
}

static void tell(const char *what)
{
    print(what);
    print(": ");
    print_number(faults);
    print(" v");
    print_number(last_vector);
    print(" e");
    print_hex(last_error);
    print(" a");
    print_hex(last_cr2);
    print("\n");
}

static void value(const char *what, unsigned number)
{
    print(what);
    print(": ");
    print_hex(number);
    print("\n");
}

/* Runs one instruction that faults, and goes on behind it. */
#define FAULT(what, ...)                                                                       \
    do                                                                                         \
    {                                                                                          \
        __asm__ volatile("movl $1f, %0" : "=m"(resume_at));                                    \
        __asm__ volatile(__VA_ARGS__ "\n1:\n" : : : "eax", "ebx", "ecx", "edx", "memory", "cc"); \
        resume_at = 0;                                                                         \
        tell(what);                                                                            \
    } while (0)

static unsigned long long descriptor(unsigned base, unsigned limit, unsigned flags)
{
    return (limit & 0xffff) | (unsigned long long)(base & 0xffffff) << 16 | (unsigned long long)(flags & 0xf0ff) << 40
        | (unsigned long long)(limit >> 16 & 15) << 48 | (unsigned long long)(base >> 24) << 56;
}

static void set_up(void)
{
    gdt[1] = descriptor(0, 0xfffff, 0xc09a);
    gdt[2] = descriptor(0, 0xfffff, 0xc092);
    gdt[3] = descriptor(0, 0xfffff, 0xc0fa);
    gdt[4] = descriptor(0, 0xfffff, 0xc0f2);
    gdt[5] = descriptor((unsigned)task_state, sizeof task_state - 1, 0x0089);
    gdt[6] = descriptor(0, 0xfffff, 0xc012);
    gdt[7] = descriptor(0x1000, 0x10, 0x4092);
    task_state[1] = (unsigned)(ring0_stack + sizeof ring0_stack);
    task_state[2] = DATA;
    task_state[25] = sizeof task_state << 16;
    struct pointer pointer = {sizeof gdt - 1, (unsigned)gdt};
    load_tables(&pointer);
}

static void exceptions(void)
{
    FAULT("divide", "xor %%edx, %%edx\n mov $5, %%eax\n xor %%ecx, %%ecx\n div %%ecx");
    FAULT("invalid", "ud2");
    FAULT("breakpoint", "int3");
    FAULT("overflow", "mov $0x7fffffff, %%eax\n add $1, %%eax\n into");
    FAULT("bound", "mov $9, %%eax\n bound %%eax, limits");
    FAULT("selector", "mov $0x40, %%eax\n mov %%ax, %%es");
    FAULT("absent segment", "mov $0x30, %%eax\n mov %%ax, %%es");
    FAULT("null", "xor %%eax, %%eax\n mov %%ax, %%fs\n mov %%fs:0, %%eax");
    FAULT("limit", "mov $0x38, %%eax\n mov %%ax, %%fs\n mov %%fs:0x20, %%eax");
    FAULT("code is read-only", "mov $1, %%eax\n mov %%eax, %%cs:0x200000");
    FAULT("gate", "int $60");
    FAULT("far jump", "ljmp $0x10, $0");
    __asm__ volatile("mov %0, %%fs" : : "r"(DATA));
}

__asm__(".data\n.balign 8\nlimits: .long 1, 8\n.text");

static void paging(void)
{
    FAULT("absent page", "mov 0x123, %%eax");
    FAULT("write to an absent page", "incl 0x456");
    FAULT("no table", "mov 0x40001234, %%eax");
    FAULT("jump into nothing", "mov $1f, %%eax\n mov %%eax, 0x180000\n jmp 0x50000000");

    first_table[0x200] = 0x200 << 12 | 1;
    flush_page(0x200000);
    MEMORY(0x200010) = 7;
    value("supervisor may write", first_table[0x200] & 0xfff);
    __asm__ volatile("mov %%cr0, %%eax\n or $0x10000, %%eax\n mov %%eax, %%cr0" : : : "eax");
    FAULT("write protected", "movl $1, 0x200020");
    first_table[0x201] = 0x201 << 12 | 3;
    flush_page(0x201000);
    value("not accessed", first_table[0x201] & 0xfff);
    value("read", MEMORY(0x201000));
    value("accessed", first_table[0x201] & 0xfff);
    MEMORY(0x201004) = 1;
    value("dirty", first_table[0x201] & 0xfff);
    first_table[0x201] = 0x201 << 12 | 3;
    flush_page(0x201000);
    value("again", MEMORY(0x201004));
    value("accessed again", first_table[0x201] & 0xfff);

    /* Two pages for one address, one after the other. */
    MEMORY(0x202000) = 0x11111111;
    MEMORY(0x203000) = 0x22222222;
    first_table[0x204] = 0x202 << 12 | 3;
    flush_page(0x204000);
    value("first", MEMORY(0x204000));
    first_table[0x204] = 0x203 << 12 | 3;
    flush_page(0x204000);
    value("second", MEMORY(0x204000));

    /* 4 MiB at once. */
    __asm__ volatile("mov %%cr4, %%eax\n or $0x10, %%eax\n mov %%eax, %%cr4" : : : "eax");
    page_directory[1] = 0x83;
    value("4 MiB page", MEMORY(0x400000 + 0x202000));
    MEMORY(0x400000 + 0x203000) = 5;
    value("through it", MEMORY(0x204000));
    value("its entry", page_directory[1] & 0xfff);
    big_table[0] = 0x201 << 12 | 3;
    page_directory[3] = (unsigned)big_table | 1;
    FAULT("read-only table", "movl $1, 0xc00000");
}

static void strings(void)
{
    for (unsigned page = 0x300; page < 0x310; page++)
    {
        first_table[page] = 0;
        flush_page(page << 12);
    }

    late_pages = 1;
    unsigned count = 0x4000, sum = 0;
    void *to = (void *)0x300800;
    __asm__ volatile("rep stosb" : "+c"(count), "+D"(to) : "a"(0x5a) : "memory");
    unsigned words = 0x900;
    void *from = (void *)0x301ffe;
    void *target = (void *)0x306ffd;
    __asm__ volatile("rep movsl" : "+c"(words), "+S"(from), "+D"(target) : : "memory");
    for (unsigned address = 0x300000; address < 0x30a000; address += 4)
        sum = sum * 31 + MEMORY(address);
    value("late pages", late_pages);
    value("sum", sum);
    late_pages = 0;
    unsigned found = 0x5000;
    to = (void *)0x300800;
    __asm__ volatile("repe scasb" : "+c"(found), "+D"(to) : "a"(0x5a) : "memory", "cc");
    value("scan stops with", found);
}

static void user(void)
{
    unsigned result;
    __asm__ volatile(
        "mov $5, %%eax\n mov $7, %%ebx\n int $46\n int $46" : "=a"(result) : : "ebx", "memory");
    MEMORY(user_stack) = result;
    __asm__ volatile("int $47");
}

static void user_faults(void)
{
    __asm__ volatile("cli\n int $47");
}

static void user_reads_kernel(void)
{
    __asm__ volatile("mov 0x201000, %%eax\n int $47" : : : "eax");
}

static void user_port(void)
{
    __asm__ volatile("in $0x60, %%al\n int $47" : : : "eax");
}

static void user_timer_gate(void)
{
    __asm__ volatile("int $32\n int $47");
}

static void user_loads_segment(void)
{
    __asm__ volatile("mov $0x23, %%eax\n mov %%ax, %%fs\n mov %%fs:(%%esp), %%eax\n int $47" : : : "eax");
}

static void run_user(void (*function)(void), const char *what)
{
    __asm__ volatile("movl $2f, %0\n jmp 3f\n2: int $47\n3:" : "=m"(resume_at));
    enter((unsigned)function, USER_CODE, 0x202, (unsigned)(user_stack + sizeof user_stack - 16), USER_DATA);
    resume_at = 0;
    tell(what);
    value("left from", last_cs);
}

static void rings(void)
{
    pc_open_gate(SYSTEM_CALL);
    pc_open_gate(LEAVE);
    page_directory[0] |= 4;
    for (unsigned page = 0x100; page < 0x110 + 0x30; page++)
        first_table[page] |= 4;
    unsigned cr3 = (unsigned)page_directory;
    __asm__ volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
    run_user(user, "user");
    value("calls", calls);
    value("result", MEMORY(user_stack));
    run_user(user_faults, "cli in ring 3");
    run_user(user_reads_kernel, "supervisor page");
    run_user(user_port, "port");
    run_user(user_timer_gate, "timer's gate");
    run_user(user_loads_segment, "segment");
}

static void virtual_8086(void)
{
    /* mov ax, 0x1234; mov [0x10], ax; int 0x21 at 0x7000. */
    static const unsigned char code[] = {0xb8, 0x34, 0x12, 0xa3, 0x10, 0x00, 0xcd, 0x21};
    first_table[7] |= 4;
    first_table[1] |= 4;
    flush_page(0x7000);
    flush_page(0x1000);
    for (unsigned i = 0; i < sizeof code; i++)
        ((volatile unsigned char *)0x7000)[i] = code[i];
    enter(0, 0x700, VIRTUAL | 0x202, 0x7f0, 0x700);
    value("virtual-8086 faults", vm_int);
    tell("int in virtual-8086 mode");
    value("stored", MEMORY(0x1010) & 0xffff);
}

static void extended(void)
{
    /* Physical address extension: 2 MiB pages for the first 8 MiB, and one page of 4 KiB. */
    __asm__ volatile("cli");
    for (unsigned i = 0; i < 4; i++)
        extended_tables[i] = (unsigned long long)i << 21 | 0x83;
    extended_tables[4] = (unsigned)(extended_tables + 512) | 3;
    extended_tables[512 + 5] = 0x202003;
    directory_pointers[0] = (unsigned)extended_tables | 1;
    __asm__ volatile(
        "mov %%cr0, %%ecx\n and $0x7fffffff, %%ecx\n mov %%ecx, %%cr0\n"
        "mov %%cr4, %%eax\n or $0x20, %%eax\n mov %%eax, %%cr4\n"
        "mov %0, %%cr3\n or $0x80000000, %%ecx\n mov %%ecx, %%cr0\n sti"
        : : "r"(directory_pointers) : "eax", "ecx", "memory");
    value("extended", MEMORY(0x805000));
    MEMORY(0x805004) = 9;
    value("entry", (unsigned)extended_tables[512 + 5] & 0xfff);
    value("2 MiB entry", (unsigned)extended_tables[1] & 0xfff);
    FAULT("absent extended page", "mov 0x806000, %%eax");
    FAULT("no directory", "mov 0x40000000, %%eax");
}

static void floating(void)
{
    static const double numbers[] = {1.5, 2.25, 1e10, -3.0};
    double result = 0;
    for (unsigned i = 0; i < 1000; i++)
        result = result / numbers[i % 3 + 1] + numbers[i & 3];
    unsigned word[2];
    __asm__ volatile("fstpl %0" : "=m"(word) : "t"(result) : "st");
    value("x87 low", word[0]);
    value("x87 high", word[1]);
    __asm__ volatile("mov %%cr4, %%eax\n or $0x200, %%eax\n mov %%eax, %%cr4" : : : "eax");
    static float four[4] __attribute__((aligned(16))) = {1, 2, 3, 4};
    static unsigned out[4] __attribute__((aligned(16)));
    __asm__ volatile(
        "movaps %1, %%xmm1\n movaps %%xmm1, %%xmm2\n mulps %%xmm1, %%xmm2\n sqrtps %%xmm2, %%xmm3\n"
        "addps %%xmm2, %%xmm3\n movaps %%xmm3, %0" : "=m"(out) : "m"(four) : "memory");
    value("sse", out[0] ^ out[1] ^ out[2] ^ out[3]);
}

static void shadow(void)
{
#ifndef STILL
    /* HLT behind STI is not overtaken: no tick is missed, and none is waited for twice. */
    unsigned until = ticks + 3;
    while ((int)(ticks - until) < 0)
        __asm__ volatile("cli\n nop\n sti\n hlt");
    print("slept\n");
#endif
}

int main(void)
{
    set_up();
    pc_start_paging();
    pc_start_interrupts(2000);
    exceptions();
    paging();
    strings();
    rings();
    virtual_8086();
    floating();
    shadow();
    extended();
    shadow();
    print("done\n");
    pc_exit(0);
    return 0;
}

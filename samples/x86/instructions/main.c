/*
 * Instructions of every class (classes.S, vectors.S), faults in the middle of those that make several accesses, and call
 * gates (user.S), with a timer that interrupts all of it. Console output says how far it came, and what faulted.
 */
#include "../pc.h"

enum
{
    LEAVE = 47,
    USER_CODE = 0x1b,
    USER_DATA = 0x23,
    PAGE = 4096,
    LATE = 0x300000,
    LATE_PAGES = 64,
};

struct __attribute__((packed)) pointer
{
    unsigned short limit;
    unsigned base;
};

static unsigned long long gdt[15];
static unsigned task_state[26];
static unsigned char ring0_stack[2048] __attribute__((aligned(16)));
static unsigned char user_stack[PAGE] __attribute__((aligned(4096)));
static volatile unsigned ticks, faults, late, resume_at, last_vector, last_error;

unsigned late_stack = LATE + PAGE, late_data = LATE + 16 * PAGE;

void load_tables(struct pointer *pointer);
void enter(unsigned eip, unsigned cs, unsigned eflags, unsigned esp, unsigned ss);
void leave_user(void);
void decimal(void);
void shifts(void);
void bits(void);
void products(void);
void strings_of_all_kinds(void);
void flow(void);
void stack(void);
void exchanges(void);
void descriptors(void);
void vectors(void);
void x87(void);
void user_pushes(void);
void user_gate(void);
void gate_with_parameters(void);
void plain_gate(void);
void user_strings(void);
void user_privileged(void);
void user_control(void);
void user_gdt(void);
void user_ring0_call(void);
void user_closed_gate(void);
void user_null_stack(void);
void user_kernel_stack(void);
void user_iret(void);

void interrupted(struct frame *frame)
{
    if (frame->vector == 32)
    {
        ticks++;
        out8(PIC_MASTER, 0x20);
        return;
    }

    if (frame->vector == LEAVE)
        leave_user();

    if (frame->vector == 14)
    {
        unsigned address;
        __asm__ volatile("mov %%cr2, %0" : "=r"(address));
        if (address >= LATE && address < LATE + LATE_PAGES * PAGE)
        {
            first_table[address >> 12] = (address & ~(PAGE - 1u)) | 7;
            late++;
            return;
        }
    }

    faults++;
    last_vector = frame->vector;
    last_error = frame->error_code;
    if (frame->cs & 3)
        leave_user();
    if (!resume_at)
    {
        print("unexpected exception ");
        print_number(frame->vector);
        print(" at ");
        print_hex(frame->eip);
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
    print(" late ");
    print_number(late);
    print("\n");
}

#define FAULT(what, ...)                                                                          \
    do                                                                                            \
    {                                                                                             \
        __asm__ volatile("movl $1f, %0" : "=m"(resume_at));                                       \
        __asm__ volatile(__VA_ARGS__ "\n1:\n" : : : "eax", "ebx", "ecx", "edx", "memory", "cc");  \
        resume_at = 0;                                                                            \
        tell(what);                                                                               \
    } while (0)

static unsigned long long descriptor(unsigned base, unsigned limit, unsigned flags)
{
    return (limit & 0xffff) | (unsigned long long)(base & 0xffffff) << 16 | (unsigned long long)(flags & 0xf0ff) << 40
        | (unsigned long long)(limit >> 16 & 15) << 48 | (unsigned long long)(base >> 24) << 56;
}

static unsigned long long call_gate(void (*target)(void), unsigned parameters, unsigned type)
{
    unsigned offset = (unsigned)target;
    return (offset & 0xffff) | 0x08ull << 16 | (unsigned long long)parameters << 32 | (unsigned long long)type << 40
        | (unsigned long long)(offset >> 16) << 48;
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
    gdt[8] = call_gate(gate_with_parameters, 2, 0xec);
    gdt[9] = call_gate(plain_gate, 0, 0xec);
    gdt[10] = call_gate(plain_gate, 0, 0x8c);
    gdt[11] = descriptor(0, 0xfffff, 0xc09e); /* conforming */
    gdt[12] = descriptor(0x100, 0x1000, 0x0096); /* grows down */
    gdt[13] = descriptor(0, 0xfff, 0x0098); /* code that can't be read */
    gdt[14] = descriptor(0, 0xfff, 0x00f0); /* data that can't be written */
    task_state[1] = (unsigned)(ring0_stack + sizeof ring0_stack);
    task_state[2] = 0x10;
    task_state[25] = sizeof task_state << 16;
    struct pointer pointer = {sizeof gdt - 1, (unsigned)gdt};
    load_tables(&pointer);
    __asm__ volatile("lldt %0" : : "r"((unsigned short)0));
}

static void divisions(void)
{
    FAULT("quotient of 32 bits", "mov $5, %%edx\n xor %%eax, %%eax\n mov $5, %%ecx\n div %%ecx");
    FAULT("quotient of 16 bits", "mov $5, %%edx\n xor %%eax, %%eax\n mov $5, %%ecx\n div %%cx");
    FAULT("quotient of 8 bits", "mov $0x500, %%eax\n mov $5, %%ecx\n div %%cl");
    FAULT("least by -1", "mov $0x80000000, %%eax\n cdq\n mov $-1, %%ecx\n idiv %%ecx");
    FAULT("least of 16 bits by -1", "mov $0x8000, %%eax\n cwd\n mov $-1, %%ecx\n idiv %%cx");
    FAULT("least of 8 bits by -1", "mov $0xff80, %%eax\n mov $-1, %%ecx\n idiv %%cl");
    FAULT("signed too large", "mov $1, %%edx\n xor %%eax, %%eax\n mov $2, %%ecx\n idiv %%ecx");
    FAULT("signed by nothing", "mov $1, %%eax\n cdq\n xor %%ecx, %%ecx\n idiv %%ecx");
    FAULT("aam by nothing", "mov $7, %%eax\n aam $0");
}

/* Operands of SSE that are no multiple of 16; those that may be anywhere; behind vectors(), which lets SSE be used. */
static void alignments(void)
{
    FAULT("movaps from a word", "mov $late_stack, %%eax\n and $-16, %%eax\n movaps 4(%%eax), %%xmm0");
    FAULT("movaps to a word", "mov $late_stack, %%eax\n and $-16, %%eax\n movaps %%xmm0, 8(%%eax)");
    FAULT("movdqa", "mov $late_stack, %%eax\n and $-16, %%eax\n movdqa 1(%%eax), %%xmm0");
    FAULT("addps", "mov $late_stack, %%eax\n and $-16, %%eax\n addps 4(%%eax), %%xmm0");
    FAULT("pxor", "mov $late_stack, %%eax\n and $-16, %%eax\n pxor 8(%%eax), %%xmm0");
    FAULT("movntps", "mov $late_stack, %%eax\n and $-16, %%eax\n movntps %%xmm0, 8(%%eax)");
    FAULT("sqrtpd", "mov $late_stack, %%eax\n and $-16, %%eax\n sqrtpd 8(%%eax), %%xmm0");
    FAULT("fxsave", "mov $late_stack, %%eax\n and $-16, %%eax\n fxsave 8(%%eax)");
    unsigned before = faults;
    __asm__ volatile(
        "mov $late_stack, %%eax\n and $-16, %%eax\n movups 1(%%eax), %%xmm0\n movdqu 3(%%eax), %%xmm1\n"
        "addss 4(%%eax), %%xmm0\n movsd 8(%%eax), %%xmm2\n lddqu 5(%%eax), %%xmm3\n movq 8(%%eax), %%xmm4"
        : : : "eax", "memory");
    print_number(faults - before);
    print("\n");
}

static void segments(void)
{
    FAULT("limit of the table", "mov $0x78, %%eax\n mov %%ax, %%gs");
    FAULT("no local table", "mov $0x0c, %%eax\n mov %%ax, %%gs");
    FAULT("code that can't be read", "mov $0x68, %%eax\n mov %%ax, %%gs");
    FAULT("a gate is no data", "mov $0x40, %%eax\n mov %%ax, %%gs");
    FAULT("stack that is null", "xor %%eax, %%eax\n mov %%ax, %%ss");
    FAULT("stack of code", "mov $0x08, %%eax\n mov %%ax, %%ss");
    FAULT("stack that is absent", "mov $0x30, %%eax\n mov %%ax, %%ss");
    FAULT("stack of another ring", "mov $0x23, %%eax\n mov %%ax, %%ss");
    FAULT("pop of a bad segment", "push $0x78\n pop %%gs");
    __asm__ volatile("add $4, %%esp" : : : "cc");
    FAULT("far jump to nothing", "ljmp $0x00, $0");
    FAULT("far call of a task's state", "lcall $0x20, $0");
    FAULT("bad LDT", "mov $0x10, %%eax\n lldt %%ax");
    FAULT("task that is busy", "mov $0x28, %%eax\n ltr %%ax");
    FAULT("cmpxchg8b of a register", ".byte 0x0f, 0xc7, 0xc8");
    FAULT("lea of a register", ".byte 0x8d, 0xc0");
    FAULT("lds of a register", ".byte 0xc5, 0xc0");
    __asm__ volatile("mov %0, %%fs\n mov %0, %%gs" : : "r"(0x10));
}

static void run_user(void (*function)(void), const char *what)
{
    enter((unsigned)function, USER_CODE, 0x202, (unsigned)(user_stack + sizeof user_stack - 16), USER_DATA);
    tell(what);
}

static void rings(void)
{
    pc_open_gate(LEAVE);
    page_directory[0] |= 4;
    for (unsigned page = 8; page < 0x300; page++)
        first_table[page] |= 4;
    for (unsigned page = 0; page < LATE_PAGES; page++)
        first_table[(LATE >> 12) + page] = 0;
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_directory) : "memory");
    run_user(user_pushes, "pushes");
    run_user(user_gate, "gate");
    run_user(user_strings, "strings");
    run_user(user_privileged, "hlt");
    run_user(user_control, "control register");
    run_user(user_gdt, "lgdt");
    run_user(user_ring0_call, "call of ring 0");
    run_user(user_closed_gate, "closed gate");
    run_user(user_null_stack, "null stack");
    run_user(user_kernel_stack, "kernel's stack");
    run_user(user_iret, "iret to ring 0");
    unsigned sum = 0;
    for (unsigned address = LATE; address < LATE + LATE_PAGES * PAGE; address += 252)
        if (first_table[address >> 12])
            sum = sum * 31 + *(volatile unsigned *)address;
    print_hex(sum);
    print("\n");
}

int main(void)
{
    set_up();
    first_table[0] = 3; /* addresses of 16 bits wrap into it */
    pc_start_paging();
    pc_start_interrupts(2000);
    decimal();
    tell("decimal");
    shifts();
    tell("shifts");
    bits();
    products();
    tell("products");
    divisions();
    strings_of_all_kinds();
    flow();
    stack();
    exchanges();
    tell("moves");
    descriptors();
    segments();
    vectors();
    x87();
    tell("vectors");
    alignments();
    rings();
    print("done\n");
    pc_exit(0);
    return 0;
}

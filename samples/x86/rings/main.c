/*
 * For measuring what small kernels do all day: ring 3 calls ring 0 through an interrupt gate; each call reads the local
 * APIC four times, as a kernel does that asks which processor it is on, and each eighth changes the directory of pages
 * and fills and empties an entry of a table. Prints a number that all calls went into, and exits.
 */
#include "../pc.h"

#ifndef CALLS
#define CALLS 200000
#endif

enum
{
    CALL_VECTOR = 47,
    USER_CODE = 0x1b,
    USER_DATA = 0x23,
    TASK = 0x28,
    LOCAL_APIC = 0xfee00000,
    APIC_ID = 0x20,
    LARGE_PAGE = 0x9b, /* present, writable, not cached, 4 MiB */
    USER = 4,
    LATE_PAGE = 1023,
    TIMER_VECTOR = 32,
};

/* Data has pages of its own, as a kernel's does. */
static unsigned char ring0_stack[4096] __attribute__((aligned(4096)));
static unsigned char user_stack[4096] __attribute__((aligned(4096)));
static unsigned other_directory[1024] __attribute__((aligned(4096)));
static struct
{
    unsigned long long gdt[6];
    unsigned task_state[26];
    unsigned calls;
    unsigned result;
    unsigned char rest[3936];
} data __attribute__((aligned(4096)));

static unsigned apic_id(void)
{
    return *(volatile unsigned *)(LOCAL_APIC + APIC_ID) >> 24;
}

static void change_tables(void)
{
    first_table[LATE_PAGE] = LATE_PAGE << 12 | 3;
    volatile unsigned *late = (volatile unsigned *)(LATE_PAGE << 12);
    *late += data.calls;
    data.result += *late;
    first_table[LATE_PAGE] = 0;
    __asm__ volatile("invlpg (%0)" : : "r"(late) : "memory");
    unsigned *directory = data.calls & 8 ? other_directory : page_directory;
    __asm__ volatile("mov %0, %%cr3" : : "r"(directory) : "memory");
}

void interrupted(struct frame *frame)
{
    if (frame->vector == TIMER_VECTOR)
    {
        out8(PIC_MASTER, 0x20);
        return;
    }

    if (frame->vector != CALL_VECTOR)
    {
        print("exception ");
        print_number(frame->vector);
        print("\n");
        pc_exit(1);
    }

    if (frame->eax == 0)
    {
        print("result ");
        print_hex(data.result);
        print("\n");
        pc_exit(0);
    }

    for (unsigned i = 0; i < 4; i++)
        data.result = data.result * 1664525 + 1013904223 + apic_id() + frame->eax;
    if (++data.calls % 8 == 0)
        change_tables();
    frame->eax = data.result;
}

static void user(void)
{
    unsigned value = 1;
    for (unsigned i = 0; i < CALLS; i++)
    {
        value |= 1;
        __asm__ volatile("int %1" : "+a"(value) : "i"(CALL_VECTOR) : "memory");
    }

    __asm__ volatile("int %0" : : "i"(CALL_VECTOR), "a"(0));
}

static void start_rings(void)
{
    struct __attribute__((packed))
    {
        unsigned short limit;
        unsigned base;
    } table = {sizeof data.gdt - 1, (unsigned)data.gdt};
    data.gdt[1] = 0x00cf9a000000ffff;
    data.gdt[2] = 0x00cf92000000ffff;
    data.gdt[3] = 0x00cffa000000ffff;
    data.gdt[4] = 0x00cff2000000ffff;
    unsigned long long base = (unsigned)data.task_state;
    data.gdt[5] = (sizeof data.task_state - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24) << 56;
    data.task_state[1] = (unsigned)(ring0_stack + sizeof ring0_stack);
    data.task_state[2] = 0x10;
    data.task_state[25] = sizeof data.task_state << 16;
    __asm__ volatile("lgdt %0" : : "m"(table));
    __asm__ volatile("ltr %0" : : "r"((unsigned short)TASK));
}

int main(void)
{
    for (unsigned i = 0; i < 1024; i++)
        first_table[i] = 0;
    unsigned cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | 0x10)); /* pages of 4 MiB */
    page_directory[LOCAL_APIC >> 22] = (LOCAL_APIC & 0xffc00000) | LARGE_PAGE;
    pc_start_paging();
    for (unsigned i = 1; i < LATE_PAGE; i++)
        first_table[i] |= USER;
    page_directory[0] |= USER;
    for (unsigned i = 0; i < 1024; i++)
        other_directory[i] = page_directory[i];
    start_rings();
    pc_start_interrupts(100);
    pc_open_gate(CALL_VECTOR);
    __asm__ volatile(
        "mov %0, %%ds\n\t"
        "mov %0, %%es\n\t"
        "push %0\n\t"
        "push %1\n\t"
        "pushf\n\t"
        "push %2\n\t"
        "push %3\n\t"
        "iret"
        : : "r"(USER_DATA), "r"(user_stack + sizeof user_stack), "i"(USER_CODE), "r"(user));
    return 0;
}

/* Console, interrupts, timer and paging of the samples. */
#include "pc.h"

struct gate
{
    unsigned short low, selector, type, high;
};

extern char entries[];

static struct gate idt[48];
unsigned page_directory[1024] __attribute__((aligned(4096)));
unsigned first_table[1024] __attribute__((aligned(4096)));

void print(const char *text)
{
    while (*text)
        out8(DEBUG_CONSOLE, (unsigned char)*text++);
}

void print_number(unsigned value)
{
    char digits[12];
    int at = sizeof digits;
    digits[--at] = 0;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    print(digits + at);
}

void print_hex(unsigned value)
{
    char digits[9];
    for (int i = 0; i < 8; i++)
        digits[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    digits[8] = 0;
    print(digits);
}

void pc_exit(unsigned char code)
{
    out8(DEBUG_EXIT, code);
    for (;;)
        __asm__ volatile("hlt");
}

void pc_start_interrupts(unsigned hertz)
{
    for (unsigned i = 0; i < 48; i++)
    {
        unsigned entry = (unsigned)entries + i * 16;
        idt[i] = (struct gate){(unsigned short)entry, 8, 0x8e00, (unsigned short)(entry >> 16)};
    }

    struct __attribute__((packed))
    {
        unsigned short limit;
        unsigned base;
    } table = {sizeof idt - 1, (unsigned)idt};
    __asm__ volatile("lidt %0" : : "m"(table));

    /* Both PICs: edge, cascaded, vectors from 32; all but the timer masked. */
    out8(PIC_MASTER, 0x11);
    out8(PIC_SLAVE, 0x11);
    out8(PIC_MASTER + 1, 32);
    out8(PIC_SLAVE + 1, 40);
    out8(PIC_MASTER + 1, 4);
    out8(PIC_SLAVE + 1, 2);
    out8(PIC_MASTER + 1, 1);
    out8(PIC_SLAVE + 1, 1);
#ifdef STILL
    /* For comparing instruction by instruction: no interrupt comes at a time of its own. */
    out8(PIC_MASTER + 1, 0xff);
#else
    out8(PIC_MASTER + 1, 0xfe);
#endif
    out8(PIC_SLAVE + 1, 0xff);

    unsigned count = PIT_FREQUENCY / hertz;
    out8(PIT_MODE, 0x34);
    out8(PIT_COUNTER, (unsigned char)count);
    out8(PIT_COUNTER, (unsigned char)(count >> 8));
    __asm__ volatile("sti");
}

void pc_open_gate(unsigned vector)
{
    idt[vector].type |= 0x6000;
}

/* The first 4 MiB as they are, page by page, all but page 0; no other address is anything. */
void pc_start_paging(void)
{
    for (unsigned i = 1; i < 1024; i++)
        first_table[i] = i << 12 | 3;
    page_directory[0] = (unsigned)first_table | 3;
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_directory));
    __asm__ volatile(
        "mov %%cr0, %%eax\n\t"
        "or $0x80000000, %%eax\n\t"
        "mov %%eax, %%cr0"
        : : : "eax", "memory");
}

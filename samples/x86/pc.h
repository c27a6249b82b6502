/* The devices of a PC that the samples use. */
#pragma once

static inline void out8(unsigned short port, unsigned char value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline unsigned char in8(unsigned short port)
{
    unsigned char value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

enum
{
    DEBUG_CONSOLE = 0xe9,
    DEBUG_EXIT = 0xf4,
    PIC_MASTER = 0x20,
    PIC_SLAVE = 0xa0,
    PIT_COUNTER = 0x40,
    PIT_MODE = 0x43,
    PIT_FREQUENCY = 1193182,
};

/* What the entries push, lowest address first. */
struct frame
{
    unsigned edi, esi, ebp, unused, ebx, edx, ecx, eax;
    unsigned vector, error_code;
    unsigned eip, cs, eflags;
    unsigned outer_esp, outer_ss; /* only from an outer ring or virtual-8086 mode */
};

void print(const char *text);
void print_number(unsigned value);
void print_hex(unsigned value);
void pc_exit(unsigned char code);
void pc_start_interrupts(unsigned hertz);
void pc_start_paging(void);

/* Lets ring 3 raise an interrupt. */
void pc_open_gate(unsigned vector);

/* The table of the first 4 MiB, and the directory. */
extern unsigned page_directory[1024];
extern unsigned first_table[1024];

/* The kernel's own: what to do at each exception and interrupt. */
void interrupted(struct frame *frame);

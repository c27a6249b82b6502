/*
 * Two address spaces, switched to and fro as a kernel switches between processes, with a port, the real-time clock and the APIC
 * asked in each; and pages that come and go, with faults. What TLBs cost, for measuring. Prints a number that all of it
 * went into, and exits.
 */
#include "../pc.h"

#ifndef ROUNDS
#define ROUNDS 10000
#endif

enum
{
    PAGE = 4096,
    SHARED_PAGES = 48, /* the same in both */
    OWN_PAGES = 16,    /* one address, different memory */
    OWN = 0x00800000,
    OWN_MEMORY = 0x00200000,
    SHARED = 0x00280000,
    PAGE_FAULT = 14,
    TIMER_VECTOR = 32,
    CLOCK_INDEX = 0x70,
    CLOCK_DATA = 0x71,
    CLOCK_STATUS_D = 0x0d,
    GATE = 0x61,
    APIC = 0xfee00000,
    APIC_VERSION = 0x30 / 4,
};

static unsigned directories[2][1024] __attribute__((aligned(PAGE)));
static unsigned own_tables[2][1024] __attribute__((aligned(PAGE)));
static unsigned apic_table[1024] __attribute__((aligned(PAGE)));
static unsigned faults;
static unsigned space;

static unsigned own_entry(unsigned which, unsigned page)
{
    return (OWN_MEMORY + (which * OWN_PAGES + page) * PAGE) | 3;
}

/* The timer's, or a page of the space's own is missing: it comes when it is wanted. */
void interrupted(struct frame *frame)
{
    if (frame->vector == TIMER_VECTOR)
    {
        out8(PIC_MASTER, 0x20);
        return;
    }

    unsigned address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    if (frame->vector != PAGE_FAULT || address - OWN >= OWN_PAGES * PAGE)
    {
        print("exception ");
        print_number(frame->vector);
        print("\n");
        pc_exit(1);
    }

    faults++;
    unsigned page = (address - OWN) / PAGE;
    own_tables[space][page] = own_entry(space, page);
}

static void enter(unsigned which)
{
    space = which;
    __asm__ volatile("mov %0, %%cr3" : : "r"(directories[which]) : "memory");
}

static void forget(unsigned page)
{
    own_tables[space][page] = 0;
    __asm__ volatile("invlpg (%0)" : : "r"(OWN + page * PAGE) : "memory");
}

static unsigned ask_devices(void)
{
    volatile unsigned *apic = (volatile unsigned *)APIC;
    out8(CLOCK_INDEX, CLOCK_STATUS_D);
    unsigned sum = in8(CLOCK_DATA) >> 7;
    sum += in8(GATE) & 1;
    for (unsigned i = 0; i < 4; i++)
        sum += apic[APIC_VERSION] & 0xff;
    return sum;
}

static unsigned walk(unsigned round)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < OWN_PAGES; i++)
    {
        volatile unsigned *word = (volatile unsigned *)(OWN + i * PAGE + round % 1024 * 4);
        *word += round + i;
        sum += *word;
    }

    for (unsigned i = 0; i < SHARED_PAGES; i++)
    {
        volatile unsigned *word = (volatile unsigned *)(SHARED + i * PAGE + i * 8);
        *word = *word * 5 + sum;
        sum ^= *word;
    }

    return sum;
}

int main(void)
{
    pc_start_interrupts(1000);
    pc_start_paging();
    for (unsigned i = 0; i < 2; i++)
    {
        directories[i][0] = page_directory[0];
        directories[i][OWN >> 22] = (unsigned)own_tables[i] | 3;
        directories[i][APIC >> 22] = (unsigned)apic_table | 3;
    }

    apic_table[APIC >> 12 & 1023] = APIC | 0x13; /* not cached */
    unsigned result = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
    {
        enter(round & 1);
        result = result * 3 + walk(round) + ask_devices();
        forget(round / 2 % OWN_PAGES);
    }

    print("faults ");
    print_number(faults);
    print("\nresult ");
    print_hex(result);
    print("\n");
    pc_exit(0);
    return 0;
}

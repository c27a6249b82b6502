/* Reads of an I/O port, for measuring; prints a sum of the bits that do not change, and exits. */
#include "../pc.h"

#ifndef READS
#define READS 1000000
#endif

enum
{
    GATE = 0x61,
};

void interrupted(struct frame *frame)
{
    (void)frame;
    pc_exit(1);
}

int main(void)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < READS; i++)
        sum += in8(GATE) & 1;
    print("result ");
    print_hex(sum);
    print("\n");
    pc_exit(0);
    return 0;
}

/* Instructions that an emulator gets wrong easily: skipped ones, several accesses in one, device accesses in both. */
#include "instructions.h"
#include "board.h"
#include "interrupts.h"

uint32_t conditional_blocks(uint32_t a, uint32_t b)
{
    uint32_t result = a;
    __asm__ volatile("cmp %1, %2\n"
                     "ittet hi\n"
                     "addhi %0, %1, #3\n"
                     "eorhi %0, %0, %2\n"
                     "subls %0, %2, %1\n"
                     "lslhi %0, %0, #1\n"
                     "tst %2, #4\n"
                     "itete ne\n"
                     "movne %0, %0, ror #7\n"
                     "addeq %0, %0, #11\n"
                     "rsbne %0, %0, #0\n"
                     "mvneq %0, %0\n"
                     "it mi\n"
                     "addmi %0, %0, #1\n"
                     : "+&r"(result)
                     : "r"(a), "r"(b)
                     : "cc");
    return result;
}

/* Timer and LEDs, read and written in IT blocks: half of these instructions are skipped each time. */
uint32_t conditional_device_accesses(uint32_t a)
{
    uint32_t value = a;
    uint32_t scratch = 0;
    __asm__ volatile("tst %2, #1\n"
                     "ittee ne\n"
                     "ldrne %0, [%3, #4]\n"
                     "strne %2, [%4]\n"
                     "ldreq %1, [%4]\n"
                     "ldreq %0, [%5, #4]\n"
                     "tst %2, #2\n"
                     "itet eq\n"
                     "ldreq %1, [%5, #4]\n"
                     "strne %2, [%4]\n"
                     "addeq %0, %0, %1\n"
                     : "+&r"(value), "+&r"(scratch)
                     : "r"(a & 3), "r"(TIMER0), "r"(&FPGAIO_LEDS), "r"(TIMER1)
                     : "cc", "memory");
    return value ^ scratch << 16;
}

uint32_t multiple_accesses(uint32_t seed)
{
    uint32_t block[10];
    for (uint32_t i = 0; i < 10; i++)
    {
        block[i] = seed * (i + 3);
    }

    uint32_t *at = block;
    uint32_t sum = 0;
    __asm__ volatile("ldmia %0!, {r4-r7}\n"
                     "add r4, r4, r7\n"
                     "push {r4-r6, lr}\n"
                     "stmia %0!, {r5-r7}\n"
                     "pop {r5-r7, lr}\n"
                     "ldrd r4, r5, [%0, #-28]\n"
                     "strd r5, r4, [%0, #-8]\n"
                     "ldmdb %0, {r4-r7}\n"
                     "add %1, r4, r5\n"
                     "eor %1, %1, r6\n"
                     "sub %1, %1, r7\n"
                     "ldrd r4, r5, [%2]\n" /* two device registers in one instruction, then three */
                     "eor %1, %1, r5\n"
                     "ldmia %2, {r4-r6}\n"
                     "add %1, %1, r5\n"
                     "add %1, %1, r6\n"
                     : "+&r"(at), "+&r"(sum)
                     : "r"(TIMER1)
                     : "r4", "r5", "r6", "r7", "memory");
    return sum + block[9];
}

uint32_t unaligned_accesses(uint32_t seed)
{
    static uint8_t bytes[64];
    uint8_t *at = bytes + seed % 48;
    uint32_t value;
    __asm__ volatile("str %2, [%1, #1]\n"
                     "strh %2, [%1, #7]\n"
                     "ldr %0, [%1, #3]\n"
                     "str %0, [%1, #9]\n"
                     "ldrsh %0, [%1, #5]\n"
                     : "=&r"(value)
                     : "r"(at), "r"(seed)
                     : "memory");
    return value ^ *(const uint32_t *)(bytes + 12);
}

uint32_t exclusive_count(volatile uint32_t *counter)
{
    uint32_t value;
    uint32_t failed;
    uint32_t tries = 0;
    do
    {
        __asm__ volatile("ldrex %0, [%2]\n"
                         "add %0, %0, #1\n"
                         "strex %1, %0, [%2]\n"
                         : "=&r"(value), "=&r"(failed)
                         : "r"(counter)
                         : "memory");
        tries++;
    } while (failed);

    return value + tries;
}

uint32_t bit_work(uint32_t value)
{
    uint32_t result;
    __asm__ volatile("rbit %0, %1\n"
                     "clz r4, %1\n"
                     "add %0, %0, r4\n"
                     "ubfx r4, %1, #5, #9\n"
                     "bfi %0, r4, #3, #7\n"
                     "umull r4, r5, %1, %0\n"
                     "adds r4, r4, r5\n"
                     "adcs %0, %0, r5\n"
                     "ssat r4, #12, %0\n"
                     "rev16 r5, %0\n"
                     "eor %0, r4, r5\n"
                     : "=&r"(result)
                     : "r"(value)
                     : "r4", "r5", "cc");
    return result;
}

/* One straight run of code in which two writes raise interrupts; the handlers' traces are read right behind them. */
uint32_t block_with_pended_interrupt(uint32_t value)
{
    uint32_t before = spare_count;
    NVIC_ISPR = 1u << IRQ_SPARE_A;
    value = value * 3 + 1;
    value ^= spare_count - before;
    NVIC_STIR = IRQ_SPARE_B;
    value = value * 5 + 1;
    return value ^ (spare_count - before) << 4;
}

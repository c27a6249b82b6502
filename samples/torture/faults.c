#include "faults.h"
#include "board.h"
#include "checksum.h"

#define HOLE 0x60000000u /* nothing is there on the board */

#define SCB_HFSR (*(volatile uint32_t *)0xE000ED2C)

/* Behind the instruction that faulted: two halfwords when its first begins with 0b11101, 0b11110 or 0b11111. */
__attribute__((used)) void skip_instruction(struct exception_frame *frame)
{
    uint32_t status = SCB_CFSR;
    note(WITNESS_FAULT, status);
    note(WITNESS_FAULT, SCB_HFSR);
    note(WITNESS_FAULT, frame->pc);
    if (status & 1u << 15)
    {
        note(WITNESS_FAULT, SCB_BFAR);
    }

    SCB_CFSR = status;
    SCB_HFSR = SCB_HFSR;
    frame->pc += *(const uint16_t *)frame->pc >= 0xE800 ? 4 : 2;
}

__attribute__((naked)) void usage_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n b skip_instruction\n");
}

__attribute__((naked)) void bus_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n b skip_instruction\n");
}

__attribute__((naked)) void hard_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n b skip_instruction\n");
}

__attribute__((used)) void note_service_call(struct exception_frame *frame)
{
    uint32_t number = *(const uint8_t *)(frame->pc - 2);
    note(WITNESS_SVC, number);
    frame->r0 += number;
}

__attribute__((naked)) void svc_handler(void)
{
    __asm__ volatile("mov r0, sp\n b note_service_call\n");
}

void faults_enable(void)
{
    SCB_SHCSR |= SHCSR_BUS_FAULT | SHCSR_USAGE_FAULT;
}

static uint32_t divide(uint32_t a, uint32_t b)
{
    uint32_t quotient = 0x1234;
    __asm__ volatile("udiv %0, %1, %2" : "+r"(quotient) : "r"(a), "r"(b));
    return quotient;
}

static uint32_t load(uint32_t address)
{
    uint32_t value = 0x5678;
    __asm__ volatile("ldr %0, [%1]" : "+&r"(value) : "r"(address) : "memory");
    return value;
}

static uint32_t call_service(uint32_t value)
{
    register uint32_t r0 __asm__("r0") = value;
    __asm__ volatile("svc #7" : "+r"(r0) : : "memory");
    __asm__ volatile("svc #200" : "+r"(r0) : : "memory");
    return r0;
}

/* Faults that become HardFaults: while their own handler is masked, and while it is disabled. */
static void provoke_escalated(uint32_t round)
{
    disable_interrupts();
    __asm__ volatile("udf #1" ::: "memory");
    enable_interrupts();
    SCB_SHCSR &= ~SHCSR_BUS_FAULT;
    note(WITNESS_THREAD, load(HOLE + 64 + (round & 7) * 4));
    SCB_SHCSR |= SHCSR_BUS_FAULT;
}

/* Divisions by zero and unaligned accesses, some in IT blocks, of which a half is skipped; they trap, or do not. */
static uint32_t divide_and_access(uint32_t round)
{
    static uint32_t words[4];
    uint32_t sum = round;
    __asm__ volatile("tst %1, #4\n"
                     "ittee ne\n"
                     "udivne r4, %1, %2\n"
                     "addne %0, %0, r4\n"
                     "sdiveq r4, %2, %1\n"
                     "strheq %0, [%3, #1]\n"
                     "nop\n nop\n nop\n nop\n"
                     "udiv r4, %0, %1\n"
                     "str r4, [%3, #2]\n"
                     "ldr r4, [%3, %2]\n"
                     "eor %0, %0, r4\n"
                     "tst %1, #2\n"
                     "ite eq\n"
                     "ldreq r4, [%3, #3]\n"
                     "ldrne r4, [%3, #4]\n"
                     "nop\n nop\n nop\n nop\n"
                     "add %0, %0, r4\n"
                     : "+&r"(sum)
                     : "r"(round & 6), "r"(round & 1), "r"(words)
                     : "r4", "cc", "memory");
    return sum;
}

/* Each set of traps for eight rounds, one of them changed in the middle. */
static void provoke_traps(uint32_t round)
{
    note(WITNESS_THREAD, divide_and_access(round));
    SCB_CCR = (SCB_CCR & ~(CCR_DIV_0_TRP | CCR_UNALIGN_TRP)) | (round >> 3 & 3) * CCR_UNALIGN_TRP;
    note(WITNESS_THREAD, divide_and_access(round + 1));
}

void faults_provoke(uint32_t round)
{
    provoke_traps(round);
    note(WITNESS_THREAD, call_service(round));
    note(WITNESS_THREAD, divide(round, round & 1));
    switch (round & 3)
    {
    case 0:
        __asm__ volatile("udf #0" ::: "memory");
        break;
    case 1:
        __asm__ volatile("udf.w #0" ::: "memory");
        break;
    case 2:
        note(WITNESS_THREAD, load(HOLE + round % 64 * 4));
        break;
    default:
        *(volatile uint32_t *)HOLE = round;
        provoke_escalated(round);
        break;
    }
}
